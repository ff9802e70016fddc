#include "RtlCheck.h"

#include "python-free-tools/common/Diagnostics.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/Regex.h"

using namespace llvm;

namespace edgecc::tools {

namespace {

std::string readText(const Twine &path) {
  auto buffer = MemoryBuffer::getFile(path, /*IsText=*/true);
  return buffer ? (*buffer)->getBuffer().str() : std::string();
}

// NAME, of which the folder has a NAME_hls.json.
std::string designName(StringRef directory) {
  std::error_code error;
  for (sys::fs::directory_iterator entry(directory, error), end; !error && entry != end; entry.increment(error)) {
    StringRef file = sys::path::filename(entry->path());
    if (file.consume_back("_hls.json"))
      return file.str();
  }
  return "";
}

Error readEstimate(const std::string &path, RtlResult &result) {
  auto parsed = json::parse(readText(path));
  if (!parsed)
    return failure(path, toString(parsed.takeError()));
  const json::Object *report = parsed->getAsObject();
  auto estimate = report ? report->getInteger("latency_cycles") : std::nullopt;
  auto unpipelined = report ? report->getInteger("unpipelined_cycles") : std::nullopt;
  if (!estimate || !unpipelined)
    return failure(path, "has no latency_cycles and unpipelined_cycles");
  result.estimate = *estimate;
  result.unpipelined = *unpipelined;
  return Error::success();
}

// The longest of the runs that the log tells of, as in "Run 1 execution time 2386 cycles;"; 0 where it tells of none.
int64_t longestRun(StringRef log) {
  static const Regex pattern("execution time[ =:]*([0-9]+) cycles", Regex::IgnoreCase);
  SmallVector<StringRef> lines, groups;
  log.split(lines, '\n');
  int64_t longest = 0, cycles;
  for (StringRef line : lines)
    if (pattern.match(line, &groups) && !groups[1].getAsInteger(10, cycles))
      longest = std::max(longest, cycles);
  return longest;
}

// What of the script's output tells best why it failed.
std::string reasonIn(StringRef output) {
  SmallVector<StringRef> lines;
  output.split(lines, '\n', /*MaxSplit=*/-1, /*KeepEmpty=*/false);
  std::string told, differing;
  for (StringRef line : lines) {
    if (line.contains_insensitive("error") && told.empty())
      told = ": " + line.trim().str();
    if (line.contains(" elements differ") && !line.contains(": 0 of ") && differing.empty())
      differing = line.trim().str();
  }
  StringRef last = lines.empty() ? StringRef() : lines.back().trim();
  if (last.starts_with("bambu failed"))
    return last.split(';').first.str() + told;
  if (!differing.empty())
    return "the Verilog computes something else than the C99: " + differing;
  return last.empty() ? "the script gave no reason" : last.str();
}

} // namespace

Error checkRtlTools() {
  for (StringRef tool : {"bambu", "verilator"})
    if (!sys::findProgramByName(tool))
      return failure("--rtl", "no program '" + tool + "' in PATH; it needs PandA-Bambu 2024.10 or later (" +
                                  "https://github.com/ferrandi/PandA-bambu, an AppImage) and Verilator (Debian's " +
                                  "package verilator)");
  return Error::success();
}

RtlResult checkRtl(const Toolchain &toolchain, const CompileRequest &request) {
  RtlResult result;
  ProcessResult compile = compileModel(toolchain, request);
  if (!compile.succeeded()) {
    result.problem = "does not compile: " + compile.summary();
    return result;
  }
  std::string name = designName(request.outputDir), prefix = request.outputDir + "/" + name;
  if (Error error = readEstimate(prefix + "_hls.json", result)) {
    result.problem = toString(std::move(error));
    return result;
  }
  ProcessResult script = runProcess({"sh", prefix + "_bambu.sh"}, request.timeoutSeconds);
  if (script.kind != ProcessResult::Exited) {
    result.problem = "bambu " + script.problem;
    if (script.kind == ProcessResult::TimedOut)
      result.problem += "; --timeout allows more";
    return result;
  }
  result.cycles = longestRun(readText(prefix + "_bambu/bambu.log"));
  result.passed = script.succeeded() && result.cycles > 0;
  if (!script.succeeded())
    result.problem = reasonIn(script.out);
  else if (!result.passed)
    result.problem = "bambu's log has no line 'execution time N cycles', so no Verilog was simulated";
  if (!result.passed)
    result.problem += " (for the whole log compile with edgecc and run sh " + name + "_bambu.sh)";
  return result;
}

} // namespace edgecc::tools
