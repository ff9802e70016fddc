// The frame stage as a Halide pipeline. For each row of the tensor:
//   1. rows: the frame's rows are combined vertically, over all bytes of the crop at once, into f32 on the stack
//   2. sample: for a block of output pixels, each component is gathered from there, horizontally, by scalar loads: as
//      vectors, the indices would be taken apart again for each component and tap
//   3. colour, normalisation, rounding and the store, on vectors
// The dense vertical pass goes first because it halves (or better) what has to be gathered, the slow part on every CPU.
// No other translation unit includes Halide.h, and this one no header of MLIR or LLVM: Halide brings LLVM 14.
#include "targets/image/FrameStage.h"
#include "targets/image/Taps.h"

#include <Halide.h>

#include <algorithm>
#include <functional>
#include <type_traits>

namespace edgecc::image {

namespace {

using artefact::FrameFormat;
using artefact::FrameSummary;
using Halide::Buffer;
using Halide::Expr;
using Halide::Func;
using Halide::Var;

/// Rows of the bilinear method that would be combined for nothing: from here on, gathering the four pixels is less
/// work.
constexpr int maxBilinearRatio = 8;

/// Pixels of a row that are gathered before they are computed with.
constexpr int maxBlock = 64;

/// Sums of more terms than this are loops.
constexpr int maxUnrolledTaps = 12;

/// What is left of one plane behind the crop, in its own pixels.
struct Region {
  int x, y, width, height;
};

Region regionOf(const FrameSummary &frame, const artefact::FramePlane &plane) {
  return {frame.cropX >> plane.shift, frame.cropY >> plane.shift, frame.cropWidth >> plane.shift,
          frame.cropHeight >> plane.shift};
}

bool combinesRowsFirst(const FrameSummary &frame) {
  return frame.resize == artefact::FrameResize::Area || frame.cropWidth < maxBilinearRatio * frame.tensorWidth;
}

Buffer<int32_t> indexTable(const Taps &taps, int offset, int factor, const std::string &name) {
  Buffer<int32_t> table(std::vector<int>{taps.outputs}, name);
  for (int i = 0; i < taps.outputs; ++i)
    table(i) = factor * (offset + taps.first[i]);
  return table;
}

Buffer<float> weightTable(const Taps &taps, const std::string &name) {
  Buffer<float> table(std::vector<int>{taps.outputs, taps.count}, name);
  for (int k = 0; k < taps.count; ++k)
    for (int i = 0; i < taps.outputs; ++i)
      table(i, k) = taps.weights[k * taps.outputs + i];
  return table;
}

class StageBuilder {
public:
  StageBuilder(const FrameSummary &frame, const Halide::Target &target)
      : frame(frame), lanes(target.natural_vector_size<float>()) {
    while (lanes > frame.tensorWidth)
      lanes /= 2;
    rowLanes = target.natural_vector_size<float>() * 2;
  }

  Halide::Module build(const std::string &symbol, const Halide::Target &target) {
    int number = 0;
    for (const artefact::FramePlane &plane : frame.planes())
      addPlane(plane, number++);
    std::vector<Expr> channels = normalized(colours());
    Func tensor("tensor");
    std::vector<Var> order = frame.channelsFirst ? std::vector<Var>{x, y, c} : std::vector<Var>{c, x, y};
    tensor(order) = Halide::mux(c, channels);
    shapeTensor(tensor, order);
    schedule(tensor);
    std::vector<Halide::Argument> arguments(planes.begin(), planes.end());
    return Halide::Pipeline(tensor).compile_to_module(arguments, symbol, target, Halide::LinkageType::External);
  }

private:
  /// A sum over the taps: an expression, or a loop (an update definition) where there are many.
  Func weightedSum(const std::string &name, std::vector<Var> variables, int count, std::function<Expr(Expr)> term) {
    Func sum(name);
    if (count <= maxUnrolledTaps) {
      Expr value = term(0);
      for (int k = 1; k < count; ++k)
        value += term(k);
      sum(variables) = value;
      return sum;
    }
    Halide::RDom k(0, count);
    sum(variables) = 0.0f;
    sum(variables) += term(k);
    return sum;
  }

  void addPlane(const artefact::FramePlane &plane, int number) {
    Region region = regionOf(frame, plane);
    Taps across = makeTaps(frame.resize, region.width, frame.tensorWidth);
    Taps down = makeTaps(frame.resize, region.height, frame.tensorHeight);
    std::string suffix = std::to_string(number);

    Halide::ImageParam bytes(Halide::UInt(8), 2, "plane" + suffix);
    bytes.dim(0).set_bounds(0, frame.rowBytes(plane)).set_stride(1);
    bytes.dim(1).set_bounds(0, frame.height >> plane.shift);
    planes.push_back(bytes);

    // Where the crop lies is in the tables; their values are promised to be inside, for nothing is checked at run time.
    Buffer<int32_t> firstRow = indexTable(down, region.y, 1, "first_row" + suffix);
    Buffer<float> rowWeights = weightTable(down, "row_weights" + suffix);
    int components = plane.components;
    int begin = components * region.x, end = components * (region.x + region.width);
    Func sum = weightedSum("row_sum" + suffix, {x, y}, down.count, [&](Expr k) {
      Expr row = Halide::unsafe_promise_clamped(firstRow(y), region.y, region.y + region.height - down.count);
      return rowWeights(y, k) * Halide::cast<float>(bytes(x, row + k));
    });
    Func combined("rows" + suffix);
    combined(x, y) = sum(x, y);
    if (combinesRowsFirst(frame)) {
      combined.bound(x, begin, end - begin);
      rows.push_back({combined, sum, end - begin});
    }

    Buffer<int32_t> firstColumn = indexTable(across, region.x, components, "first_column" + suffix);
    Buffer<float> columnWeights = weightTable(across, "column_weights" + suffix);
    Func total = weightedSum("column_sum" + suffix, {x, y, c}, across.count, [&](Expr k) {
      Expr first = Halide::unsafe_promise_clamped(firstColumn(x), begin, end - components * across.count);
      return columnWeights(x, k) * combined(first + components * k + c, y);
    });
    Func sample("sample" + suffix);
    sample(x, y, c) = total(x, y, c);
    sample.bound(c, 0, components);
    samples.push_back({sample, total, components});
  }

  /// The channels, 0 to 255, in the tensor's order.
  std::vector<Expr> colours() {
    std::vector<Expr> values;
    for (Sample &plane : samples)
      for (int component = 0; component < plane.components; ++component)
        values.push_back(plane.sample(x, y, component));
    if (frame.format == FrameFormat::Nv12) { // BT.601, limited range
      Expr luma = 1.16438356f * (values[0] - 16.0f), u = values[1] - 128.0f, v = values[2] - 128.0f;
      values = {luma + 1.59602678f * v, luma - 0.39176229f * u - 0.81296765f * v, luma + 2.01723214f * u};
      for (Expr &value : values)
        value = Halide::clamp(value, 0.0f, 255.0f);
    }
    if (frame.bgr)
      std::reverse(values.begin(), values.end());
    return values;
  }

  std::vector<Expr> normalized(std::vector<Expr> values) {
    for (size_t i = 0; i < values.size(); ++i) {
      float factor = static_cast<float>(frame.scale / frame.std[i]);
      float offset = static_cast<float>(-frame.mean[i] / frame.std[i]);
      Expr value = values[i] * factor + offset;
      // Rounding by truncation of what cannot be negative: a call of libm would be scalar on some CPUs.
      if (frame.dtype == 2)
        value = Halide::cast<uint8_t>(Halide::clamp(value, 0.0f, 255.0f) + 0.5f);
      else if (frame.dtype == 3)
        value = Halide::cast<int8_t>(Halide::cast<int32_t>(Halide::clamp(value, -128.0f, 127.0f) + 128.5f) - 128);
      values[i] = value;
    }
    return values;
  }

  void shapeTensor(Func &tensor, const std::vector<Var> &order) {
    int stride = 1, dimension = 0;
    for (const Var &variable : order) {
      int extent = variable.same_as(x) ? frame.tensorWidth : variable.same_as(y) ? frame.tensorHeight : frame.channels;
      tensor.output_buffer().dim(dimension++).set_bounds(0, extent).set_stride(stride);
      tensor.bound(variable, 0, extent);
      stride *= extent;
    }
  }

  void schedule(Func &tensor) {
    Var block("block"), pixel("pixel"), group("group"), lane("lane"), part("part"), byte("byte");
    int blockWidth = std::min(maxBlock, frame.tensorWidth);
    tensor.split(x, block, pixel, blockWidth, Halide::TailStrategy::ShiftInwards)
        .split(pixel, group, lane, lanes, Halide::TailStrategy::ShiftInwards)
        .reorder(c, lane, group, block, y)
        .unroll(c)
        .vectorize(lane);
    for (Sample &plane : samples) {
      plane.sample.compute_at(tensor, block).store_in(Halide::MemoryType::Stack).bound_extent(x, blockWidth);
      plane.sample.reorder(c, x, y).unroll(c);
      if (!plane.total.has_update_definition())
        continue;
      plane.total.compute_at(plane.sample, x).unroll(c);
      plane.total.update().reorder(c, plane.total.rvars()[0]).unroll(c);
    }
    for (Row &row : rows) {
      row.combined.compute_at(tensor, y).store_in(Halide::MemoryType::Stack);
      int width = std::min(rowLanes, row.bytes);
      row.combined.split(x, part, byte, width, Halide::TailStrategy::ShiftInwards).vectorize(byte);
      if (!row.sum.has_update_definition())
        continue;
      row.sum.compute_at(row.combined, part).vectorize(x);
      row.sum.update().vectorize(x);
    }
  }

  struct Row {
    Func combined, sum;
    int bytes;
  };

  struct Sample {
    Func sample, total;
    int components;
  };

  const FrameSummary &frame;
  int lanes, rowLanes;
  Var x{"x"}, y{"y"}, c{"c"};
  std::vector<Halide::ImageParam> planes;
  std::vector<Row> rows;
  std::vector<Sample> samples; ///< One for each plane.
};

Halide::Target halideTarget(StageMachine machine) {
  using Halide::Target;
  std::vector<Target::Feature> features = {Target::NoRuntime, Target::NoAsserts, Target::NoBoundsQuery};
  Target::Arch arch = Target::X86;
  int bits = 64;
  switch (machine) {
  case StageMachine::X86Sse2:
    break;
  case StageMachine::X86Avx2:
    features.insert(features.end(), {Target::SSE41, Target::AVX, Target::AVX2, Target::FMA, Target::F16C});
    break;
  case StageMachine::AArch64:
    arch = Target::ARM;
    break;
  case StageMachine::Armv7Neon:
    arch = Target::ARM;
    bits = 32;
    break;
  }
  return Target(Target::Linux, arch, bits, features);
}

uint64_t stackBytesOf(const FrameSummary &frame) {
  uint64_t floats = 0;
  for (const artefact::FramePlane &plane : frame.planes()) {
    uint64_t rowPixels = combinesRowsFirst(frame) ? regionOf(frame, plane).width : 0;
    floats += plane.components * (rowPixels + std::min(maxBlock, frame.tensorWidth));
  }
  return floats * sizeof(float);
}

} // namespace

extern "C" __attribute__((visibility("default"))) void
edgecc_compile_stage(const FrameSummary &frame, StageMachine machine, const std::string &symbol,
                     const std::string &path, uint64_t &stackBytes, std::string &problem) {
  try {
    Halide::Target target = halideTarget(machine);
    StageBuilder(frame, target).build(symbol, target).compile({{Halide::OutputFileType::object, path}});
  } catch (const Halide::Error &error) {
    problem = error.what();
  }
  stackBytes = stackBytesOf(frame);
}

static_assert(std::is_same_v<decltype(edgecc_compile_stage), CompileStageFunction>);

} // namespace edgecc::image
