// The part of NAME.h that is about camera frames.

#include "compiler/Artefact/Writers.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/FormatVariadic.h"

using namespace llvm;

namespace edgecc::artefact {

namespace {

// The text of runtime/include/edgecc/frame.h from its include guard on; the build makes this file.
constexpr StringLiteral frameDeclarations =
#include "compiler/Artefact/FrameDeclarations.inc"
    ;

/// What the planes hold, for the comment on the frame.
StringRef planesText(FrameFormat format) {
  switch (format) {
  case FrameFormat::Gray8:
    return "planes[0]: one byte a pixel";
  case FrameFormat::Rgb8:
    return "planes[0]: bytes R, G, B for each pixel";
  case FrameFormat::Nv12:
    break;
  }
  return "planes[0]: Y, one byte a pixel; planes[1]: bytes U, V for each 2 x 2 pixels (BT.601, limited range)";
}

std::string numbers(ArrayRef<double> values) {
  std::string text;
  raw_string_ostream stream(text);
  for (double value : values)
    stream << (text.empty() ? "" : ", ") << formatv("{0:f6}", value);
  return text;
}

void writeSizes(const ModelSummary &model, raw_ostream &os) {
  std::string prefix = StringRef(model.name).upper() + "_FRAME_";
  os << "#define " << prefix << "WIDTH " << model.frame->width << "\n"
     << "#define " << prefix << "HEIGHT " << model.frame->height << "\n";
  int number = 0;
  for (const FramePlane &plane : model.frame->planes())
    os << "#define " << prefix << "PLANE" << number++ << "_STRIDE " << model.frame->rowBytes(plane)
       << " /* bytes, the least */\n";
  os << "#define " << prefix << "ARENA_BYTES " << model.frameArenaBytes() << " /* for " << model.name
     << "_run_frame */\n\n";
}

void writePrepare(const ModelSummary &model, raw_ostream &os) {
  const FrameSummary &frame = *model.frame;
  const TensorSummary &tensor = model.inputs.front();
  StringRef colours = frame.format == FrameFormat::Gray8 ? "Y" : frame.bgr ? "B, G, R" : "R, G, B";
  os << "/* Makes the input '" << commentText(tensor.name) << "' of a " << frame.formatName() << " frame of "
     << frame.width << " x " << frame.height << " pixels; each row of a plane may have a gap behind it.\n"
     << " *   " << planesText(frame.format) << "\n"
     << " * The part of " << frame.cropWidth << " x " << frame.cropHeight << " pixels from (" << frame.cropX << ", "
     << frame.cropY << ") on is resized to " << frame.tensorWidth << " x " << frame.tensorHeight << " ("
     << frame.resizeName() << ").\n"
     << " * Channels are " << colours << "; each is (pixel * scale - mean) / std, pixels being 0 to 255, with\n"
     << " *   scale " << formatv("{0:e9}", frame.scale) << ", mean " << numbers(frame.mean) << ", std "
     << numbers(frame.std) << "\n"
     << " *   tensor: " << nameOfType(tensor.dtype) << " " << shapeText(tensor.shape) << " " << frame.layoutName()
     << (frame.dtype == 1 ? "" : ", rounded to nearest and saturated") << "; written whole\n"
     << " * Allocates nothing; keeps " << frame.stackBytes << " bytes of pixels on the stack.\n"
     << " * Returns 0, or 1 if a plane is NULL or a stride is out of range. */\n"
     << "int " << model.name << "_prepare_frame(const edgecc_frame *frame, " << cTypeOf(tensor.dtype)
     << " *tensor);\n\n";
}

void writeRun(const ModelSummary &model, raw_ostream &os) {
  std::string prefix = StringRef(model.name).upper();
  os << "/* " << model.name << "_run on a frame in place of '" << commentText(model.inputs.front().name)
     << "'. All else is as for " << model.name << "_run, but for\n"
     << " *   arena: " << prefix << "_FRAME_ARENA_BYTES bytes, aligned to " << prefix
     << "_ARENA_ALIGNMENT; the tensor lies behind the model's own arena\n";
  if (model.program) {
    StringRef api = deviceName(model.program->kind);
    os << " * This runs on the CPU. On the device, edgecc_" << api << "_run_frame(session, &" << model.name
       << "_frame_stage, frame, ...) of\n"
       << " * edgecc/" << api << ".h runs the model; the tensor is made on the "
       << (model.program->frame ? "device too" : "CPU") << ".\n";
  }
  os << " */\n"
     << "int " << model.name << "_run_frame(const edgecc_frame *frame, ";
  for (const TensorSummary &input : ArrayRef(model.inputs).drop_front())
    os << "const " << cTypeOf(input.dtype) << " *" << input.identifier << ", ";
  for (const TensorSummary &output : model.outputs)
    os << cTypeOf(output.dtype) << " *" << output.identifier << ", ";
  os << "void *arena" << (model.needsRuntime ? ", struct edgecc_pool *pool" : "") << ");\n\n"
     << "/* The same as data, for programs that take any model. */\n"
     << "extern const edgecc_frame_stage " << model.name << "_frame_stage;\n\n";
}

} // namespace

void writeFrameDeclarations(const ModelSummary &model, raw_ostream &os) {
  writeSizes(model, os);
  os << "/* edgecc/frame.h, as every program with such models may include it. */\n" << frameDeclarations << "\n";
  writePrepare(model, os);
  writeRun(model, os);
}

} // namespace edgecc::artefact
