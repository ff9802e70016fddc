// NAMEConfig.cmake: find_package(NAME) gives the target NAME::NAME. The folder may be moved as a whole.

#include "compiler/Artefact/Writers.h"

using namespace llvm;

namespace edgecc::artefact {

void writeCMakeConfig(const ModelSummary &model, raw_ostream &os) {
  const std::string &name = model.name;
  os << "# " << name << ": " << commentText(model.modelFile) << " compiled by edgecc " << model.version << " for "
     << commentText(model.target.triple) << ".\n"
     << "#\n"
     << "#     find_package(" << name << " REQUIRED)\n"
     << "#     target_link_libraries(app PRIVATE " << name << "::" << name << ")\n"
     << "if(TARGET " << name << "::" << name << ")\n"
     << "  return()\n"
     << "endif()\n";
  if (model.needsRuntime)
    os << "include(CMakeFindDependencyMacro)\n"
       << "find_dependency(edgecc)\n";
  if (!model.sources.empty()) {
    os << "\n"
       << "add_library(" << name << "_sources STATIC";
    for (const std::string &source : model.sources)
      os << " \"${CMAKE_CURRENT_LIST_DIR}/" << source << "\"";
    os << ")\n"
       << "target_include_directories(" << name << "_sources PUBLIC \"${CMAKE_CURRENT_LIST_DIR}\")\n"
       << "target_link_libraries(" << name << "_sources PUBLIC m)\n"
       << "add_library(" << name << "::" << name << " ALIAS " << name << "_sources)\n";
    for (const std::string &file : model.dataFiles)
      os << "set_source_files_properties(\"${CMAKE_CURRENT_LIST_DIR}/" << model.sources.back() << "\" PROPERTIES\n"
         << "  OBJECT_DEPENDS \"${CMAKE_CURRENT_LIST_DIR}/" << file << "\")\n";
    return;
  }
  os << "\n"
     << "add_library(" << name << "::" << name << " STATIC IMPORTED)\n"
     << "set_target_properties(" << name << "::" << name << " PROPERTIES\n"
     << "  IMPORTED_LOCATION \"${CMAKE_CURRENT_LIST_DIR}/lib" << name << ".a\"\n"
     << "  IMPORTED_LINK_INTERFACE_LANGUAGES C\n"
     << "  INTERFACE_INCLUDE_DIRECTORIES \"${CMAKE_CURRENT_LIST_DIR}\"\n"
     << "  INTERFACE_LINK_LIBRARIES \"" << (model.needsRuntime ? "edgecc::runtime;" : "") << "m\")\n";
}

} // namespace edgecc::artefact
