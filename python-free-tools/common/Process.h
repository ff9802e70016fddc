// Runs a program, with a time limit, and keeps what it printed.
#ifndef EDGECC_TOOLS_PROCESS_H
#define EDGECC_TOOLS_PROCESS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <string>

namespace edgecc::tools {

struct ProcessResult {
  enum Kind { Exited, Crashed, TimedOut, NotStarted };
  Kind kind = Exited;
  int exitCode = 0;    // if it exited
  std::string problem; // what happened, if it did not end with exit code 0
  std::string out;
  std::string err;

  bool succeeded() const { return kind == Exited && exitCode == 0; }
  // One line on why it did not succeed: the first line on stderr that tells of an error, or `problem`, or both.
  std::string summary() const;
};

// Runs arguments[0], a path or a name to look for in PATH. Safe to call from several threads at once.
ProcessResult runProcess(llvm::ArrayRef<std::string> arguments, unsigned timeoutSeconds);

} // namespace edgecc::tools

#endif
