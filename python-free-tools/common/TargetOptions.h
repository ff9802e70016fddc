// The command-line options that all tools which compile share.
#ifndef EDGECC_TOOLS_TARGETOPTIONS_H
#define EDGECC_TOOLS_TARGETOPTIONS_H

#include "Toolchain.h"

#include "llvm/Support/CommandLine.h"

namespace edgecc::tools {

// Declare one before cl::ParseCommandLineOptions.
class TargetOptions {
public:
  explicit TargetOptions(llvm::cl::OptionCategory &category);

  // What to give to edgecc.
  std::vector<std::string> compilerFlags() const;
  llvm::StringRef targetName() const { return target.getValue(); }
  // Where edgecc and the harness are.
  Toolchain toolchain(const char *argv0) const;

private:
  llvm::cl::opt<std::string> target, triple, cpu, features;
  llvm::cl::list<std::string> more;
  llvm::cl::opt<std::string> compiler;
};

// For models whose shapes are not all known.
class ShapeOptions {
public:
  explicit ShapeOptions(llvm::cl::OptionCategory &category);
  std::vector<std::string> compilerFlags() const;

private:
  llvm::cl::list<std::string> dims, shapes, binds;
};

// Takes LLVM's own options off the command line, so that a tool may give their names another meaning. Call it first.
void forgetLibraryOptions();

} // namespace edgecc::tools

#endif
