#include "TargetOptions.h"

#include "llvm/ADT/SmallVector.h"

using namespace llvm;

namespace edgecc::tools {

TargetOptions::TargetOptions(cl::OptionCategory &category)
    : target("target", cl::desc("Kind of device, as for edgecc (default cpu)"), cl::value_desc("name"),
             cl::cat(category)),
      triple("mtriple", cl::desc("CPU and system to compile for (default this machine)"), cl::value_desc("triple"),
             cl::cat(category)),
      cpu("mcpu", cl::desc("CPU to tune for, as for edgecc"), cl::value_desc("name"), cl::cat(category)),
      features("mattr", cl::desc("CPU features, as for edgecc"), cl::value_desc("+a,-b"), cl::cat(category)),
      more("compile-option", cl::desc("Another option for edgecc, such as --compile-option=-O0; may be repeated"),
           cl::value_desc("option"), cl::cat(category)),
      compiler("edgecc", cl::desc("The compiler to call (default the edgecc beside this tool)"), cl::value_desc("path"),
               cl::Hidden, cl::cat(category)) {}

std::vector<std::string> TargetOptions::compilerFlags() const {
  std::vector<std::string> flags;
  for (const cl::opt<std::string> *option : {&target, &triple, &cpu, &features})
    if (!option->empty())
      flags.push_back(("--" + option->ArgStr + "=" + option->getValue()).str());
  flags.insert(flags.end(), more.begin(), more.end());
  return flags;
}

Toolchain TargetOptions::toolchain(const char *argv0) const {
  Toolchain toolchain = Toolchain::besideTool(argv0);
  if (!compiler.empty())
    toolchain.compiler = compiler;
  return toolchain;
}

ShapeOptions::ShapeOptions(cl::OptionCategory &category)
    : dims("dim", cl::desc("Value of a symbolic dimension, as for edgecc"), cl::value_desc("N=1"), cl::cat(category)),
      shapes("shape", cl::desc("Shape of an input, as for edgecc"), cl::value_desc("input=1x3x64x64"),
             cl::cat(category)),
      binds("bind", cl::desc("Input to make a constant, as for edgecc"), cl::value_desc("input=file.pb"),
            cl::cat(category)) {}

std::vector<std::string> ShapeOptions::compilerFlags() const {
  std::vector<std::string> flags;
  auto add = [&](const cl::list<std::string> &option) {
    for (const std::string &value : option)
      flags.insert(flags.end(), {("--" + option.ArgStr).str(), value});
  };
  add(dims);
  add(shapes);
  add(binds);
  return flags;
}

void forgetLibraryOptions() {
  SmallVector<cl::Option *> unwanted;
  for (auto &[name, option] : cl::getRegisteredOptions())
    if (name != "help" && name != "help-hidden" && name != "version")
      unwanted.push_back(option);
  for (cl::Option *option : unwanted)
    option->removeArgument();
}

} // namespace edgecc::tools
