#include "Process.h"

#include "TempDir.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Program.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <thread>

using namespace llvm;

namespace edgecc::tools {

namespace {

std::string readText(const std::string &path) {
  auto buffer = MemoryBuffer::getFile(path);
  return buffer ? (*buffer)->getBuffer().str() : std::string();
}

// llvm::sys::Wait with a limit uses the process-wide alarm clock, which threads would share; so this polls, first
// often, for most children are quick, then every 5 ms.
sys::ProcessInfo waitFor(const sys::ProcessInfo &child, unsigned timeoutSeconds, bool &timedOut, std::string &problem) {
  using Clock = std::chrono::steady_clock;
  auto deadline = Clock::now() + std::chrono::seconds(timeoutSeconds);
  auto pause = std::chrono::microseconds(200);
  for (;;) {
    sys::ProcessInfo state = sys::Wait(child, /*SecondsToWait=*/0, &problem);
    if (state.Pid != 0)
      return state;
    if (!timedOut && Clock::now() > deadline) {
      timedOut = true;
      ::kill(child.Pid, SIGKILL);
    }
    std::this_thread::sleep_for(pause);
    pause = std::min(pause * 2, std::chrono::microseconds(5000));
  }
}

} // namespace

std::string ProcessResult::summary() const {
  SmallVector<StringRef> lines;
  StringRef(err).split(lines, '\n', /*MaxSplit=*/-1, /*KeepEmpty=*/false);
  auto isTelling = [](StringRef line) { return line.contains_insensitive("error:") || line.contains("Assertion"); };
  auto line = find_if(lines, isTelling);
  std::string words = line != lines.end() ? line->trim().str() : "";
  if (kind != Exited)
    return words.empty() ? problem : problem + ": " + words;
  if (words.empty() && !lines.empty())
    words = lines.front().trim().str();
  return words.empty() ? problem : words;
}

ProcessResult runProcess(ArrayRef<std::string> arguments, unsigned timeoutSeconds) {
  ProcessResult result;
  auto program = sys::findProgramByName(arguments.front());
  if (!program) {
    result.kind = ProcessResult::NotStarted;
    result.problem = "could not start (no program '" + arguments.front() + "' in PATH)";
    return result;
  }

  TempDir streams;
  std::string outPath = streams.file("out"), errPath = streams.file("err");
  std::optional<StringRef> redirects[] = {StringRef(""), StringRef(outPath), StringRef(errPath)};
  SmallVector<StringRef> argumentRefs(arguments.begin(), arguments.end());
  bool failedToStart = false;
  sys::ProcessInfo child = sys::ExecuteNoWait(*program, argumentRefs, /*Env=*/std::nullopt, redirects,
                                              /*MemoryLimit=*/0, &result.problem, &failedToStart);
  if (failedToStart) {
    result.kind = ProcessResult::NotStarted;
    result.problem = "could not start (" + result.problem + ")";
    return result;
  }

  bool timedOut = false;
  result.exitCode = waitFor(child, timeoutSeconds, timedOut, result.problem).ReturnCode;
  result.out = readText(outPath);
  result.err = readText(errPath);
  if (timedOut) {
    result.kind = ProcessResult::TimedOut;
    result.problem = "did not end within " + std::to_string(timeoutSeconds) + " s";
  } else if (result.exitCode < 0) {
    result.kind = ProcessResult::Crashed;
    result.problem = "crashed (" + result.problem + ")";
  } else if (result.exitCode > 0) {
    result.problem = "exit code " + std::to_string(result.exitCode);
  }
  return result;
}

} // namespace edgecc::tools
