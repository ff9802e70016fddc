// NAME.pc: for builds that use pkg-config. All paths are relative to the file, so the folder may be moved as a whole.

#include "compiler/Artefact/Writers.h"

using namespace llvm;

namespace edgecc::artefact {

void writePkgConfig(const ModelSummary &model, raw_ostream &os) {
  os << "prefix=${pcfiledir}\n"
     << "\n"
     << "Name: " << model.name << "\n"
     << "Description: " << model.name << ", a neural network compiled by edgecc for "
     << commentText(model.target.triple) << "\n"
     << "Version: " << model.version << "\n";
  if (model.needsRuntime)
    os << "Requires: edgecc-runtime\n";
  os << "Cflags: -I\"${prefix}\"\n"
     << "Libs: -L\"${prefix}\" -l" << model.name << " -lm\n";
}

} // namespace edgecc::artefact
