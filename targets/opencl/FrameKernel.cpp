// Text of the frame's kernel; see FrameKernel.h. Positions and weights follow targets/image/Taps.cpp: they are counted
// in parts of a pixel, as integers, so that they are exact; the kernel computes them, for tables may be larger than the
// constant memory of a device.
#include "targets/opencl/FrameKernel.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"

using namespace llvm;
using namespace edgecc;
using artefact::FrameFormat;
using artefact::FrameSummary;

namespace {

constexpr StringLiteral bilinear = R"(
/* Between the centres of pixels; outside of the outermost the outermost pixel goes on. `p` is the first pixel of
 * columns x rows, `row` and `step` are the bytes from one to the next. */
static float edgecc_frame_sample(__global const uchar *p, int row, int step, int columns, int rows, int x, int y) {
  const int px = clamp((2 * x + 1) * columns - EDGECC_FRAME_COLUMNS, 0, 2 * EDGECC_FRAME_COLUMNS * (columns - 1));
  const int py = clamp((2 * y + 1) * rows - EDGECC_FRAME_ROWS, 0, 2 * EDGECC_FRAME_ROWS * (rows - 1));
  const int x0 = px / (2 * EDGECC_FRAME_COLUMNS), x1 = min(x0 + 1, columns - 1);
  const int y0 = py / (2 * EDGECC_FRAME_ROWS), y1 = min(y0 + 1, rows - 1);
  const float wx = (float)(px % (2 * EDGECC_FRAME_COLUMNS)) / (2 * EDGECC_FRAME_COLUMNS);
  const float wy = (float)(py % (2 * EDGECC_FRAME_ROWS)) / (2 * EDGECC_FRAME_ROWS);
  const float above = (1.0f - wx) * p[y0 * row + x0 * step] + wx * p[y0 * row + x1 * step];
  const float below = (1.0f - wx) * p[y1 * row + x0 * step] + wx * p[y1 * row + x1 * step];
  return (1.0f - wy) * above + wy * below;
}
)";

constexpr StringLiteral area = R"(
/* The mean over the rectangle that a pixel of the tensor covers. `p` is the first pixel of columns x rows, `row` and
 * `step` are the bytes from one to the next. */
static float edgecc_frame_sample(__global const uchar *p, int row, int step, int columns, int rows, int x, int y) {
  const int left = x * columns, right = left + columns, top = y * rows, bottom = top + rows;
  float mean = 0.0f;
  for (int v = top / EDGECC_FRAME_ROWS; v * EDGECC_FRAME_ROWS < bottom; ++v) {
    const int high = min(bottom, (v + 1) * EDGECC_FRAME_ROWS) - max(top, v * EDGECC_FRAME_ROWS);
    float sum = 0.0f;
    for (int u = left / EDGECC_FRAME_COLUMNS; u * EDGECC_FRAME_COLUMNS < right; ++u) {
      const int wide = min(right, (u + 1) * EDGECC_FRAME_COLUMNS) - max(left, u * EDGECC_FRAME_COLUMNS);
      sum += (float)wide * p[v * row + u * step];
    }
    mean += (float)high / rows * (sum / columns);
  }
  return mean;
}
)";

std::string number(double value) {
  SmallString<32> text;
  APFloat(static_cast<float>(value)).toString(text, /*FormatPrecision=*/9, /*FormatMaxPadding=*/0);
  if (StringRef(text).find_first_of(".eE") == StringRef::npos)
    text += ".0";
  return (text + "f").str();
}

class FrameWriter {
public:
  explicit FrameWriter(const FrameSummary &frame) : frame(frame) {}

  std::string write(StringRef name, ArrayRef<uint32_t> group) {
    std::string text = formatv("\n/* A {0} frame of {1} x {2} pixels becomes the first input. */\n"
                               "#define EDGECC_FRAME_COLUMNS {3}\n#define EDGECC_FRAME_ROWS {4}\n",
                               frame.formatName(), frame.width, frame.height, frame.tensorWidth, frame.tensorHeight);
    text += frame.resize == artefact::FrameResize::Area ? area : bilinear;
    SmallVector<std::string> parameters;
    for (size_t plane = 0; plane < frame.planes().size(); ++plane)
      parameters.push_back("__global const uchar *plane" + std::to_string(plane));
    parameters.push_back("__global " + element() + " *tensor");
    text += formatv("\n__kernel __attribute__((reqd_work_group_size({0}, {1}, 1)))\nvoid {2}({3}) {{\n"
                    "  const int x = get_global_id(0), y = get_global_id(1);\n"
                    "  if (x >= EDGECC_FRAME_COLUMNS || y >= EDGECC_FRAME_ROWS)\n    return;\n",
                    group[0], group[1], name, join(parameters, ", "));
    return text + colours() + stores() + "}\n";
  }

private:
  std::string element() const { return frame.dtype == 1 ? "float" : frame.dtype == 2 ? "uchar" : "char"; }

  /// Statements that leave the channels, 0 to 255, in c0, c1, ..., in the tensor's order.
  std::string colours() const {
    std::string text;
    int value = 0, number = 0;
    bool isNv12 = frame.format == FrameFormat::Nv12;
    for (const artefact::FramePlane &plane : frame.planes()) {
      int row = frame.rowBytes(plane);
      int64_t first = int64_t(frame.cropY >> plane.shift) * row + (frame.cropX >> plane.shift) * plane.components;
      for (int component = 0; component < plane.components; ++component, ++value)
        text += formatv("  const float {0} = edgecc_frame_sample(plane{1} + {2}, {3}, {4}, {5}, {6}, x, y);\n",
                        isNv12 ? std::string(1, "luv"[value]) : channel(value), number, first + component, row,
                        plane.components, frame.cropWidth >> plane.shift, frame.cropHeight >> plane.shift);
      ++number;
    }
    if (!isNv12)
      return text;
    text += "  const float luma = 1.16438356f * (l - 16.0f); /* BT.601, limited range */\n";
    StringRef terms[] = {"luma + 1.59602678f * (v - 128.0f)",
                         "luma - 0.39176229f * (u - 128.0f) - 0.81296765f * (v - 128.0f)",
                         "luma + 2.01723214f * (u - 128.0f)"};
    for (auto [colour, term] : enumerate(terms))
      text += formatv("  const float {0} = clamp({1}, 0.0f, 255.0f);\n", channel(colour), term);
    return text;
  }

  /// The name of a colour's channel: R, G, B are 0, 1, 2.
  std::string channel(size_t colour) const {
    return "c" + std::to_string(frame.bgr ? frame.channels - 1 - colour : colour);
  }

  std::string stores() const {
    std::string text;
    for (int c = 0; c < frame.channels; ++c) {
      std::string value =
          formatv("c{0} * {1} + {2}", c, number(frame.scale / frame.std[c]), number(-frame.mean[c] / frame.std[c]));
      if (frame.dtype != 1)
        value = formatv("convert_{0}_sat(floor({1} + 0.5f))", element(), value);
      std::string place =
          frame.channelsFirst
              ? formatv("{0} + y * EDGECC_FRAME_COLUMNS + x", int64_t(c) * frame.tensorWidth * frame.tensorHeight).str()
              : formatv("(y * EDGECC_FRAME_COLUMNS + x) * {0} + {1}", frame.channels, c).str();
      text += formatv("  tensor[{0}] = {1};\n", place, value);
    }
    return text;
  }

  const FrameSummary &frame;
};

} // namespace

void edgecc::opencl::addFrameKernel(const FrameSummary &frame, const std::string &name,
                                    artefact::DeviceProgram &program) {
  artefact::DeviceFrame &made = program.frame.emplace();
  made.kernel.name = name;
  made.kernel.localSize = {32, 2, 1};
  made.groups = {static_cast<uint32_t>(divideCeil(frame.tensorWidth, made.kernel.localSize[0])),
                 static_cast<uint32_t>(divideCeil(frame.tensorHeight, made.kernel.localSize[1])), 1};
  for (const artefact::FramePlane &plane : frame.planes()) {
    made.rowBytes.push_back(frame.rowBytes(plane));
    made.rows.push_back(frame.height >> plane.shift);
  }
  made.kernel.numOperands = made.rows.size() + 1;
  program.source += FrameWriter(frame).write(name, made.kernel.localSize);
}
