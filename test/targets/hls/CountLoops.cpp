// hls-count: reads the C++ of a hardware design as a tool would, and holds it against the report beside it.
//
//     hls-count FOLDER NAME
//
// For each function of NAME_hls.json it counts, in the text of NAME_hls.cpp alone:
//   - trip counts times II of all pipelined loops: the report's issued_cycles, which its latency may not be below;
//   - products outside of indices, times the unrolled loops around them: the report's multipliers;
//   - for each array, how many addresses of one iteration meet in one bank of two ports: no more than II allows; for
//     memory outside, how many words of 64 bits they are, of which one comes in a cycle;
//   - for each sum, after how many iterations it comes back: no sooner than an addition of floats takes;
//   - for each stream: as many words written as read, all in one function each, and no more in an iteration than II.
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"

#include <functional>
#include <map>
#include <regex>
#include <set>

using namespace llvm;

namespace {

constexpr int64_t additionCycles = 4, ports = 2, outsideBytes = 8;

using Names = std::map<std::string, std::string>;
using Functions = std::map<std::string, std::vector<StringRef>>;
using Parameters = std::map<std::string, std::vector<std::string>>;

struct Loop {
  std::string variable;
  int64_t trips = 1, step = 1;
  bool unrolled = false;
  int64_t ii = 0;                                        // 0: no pipeline
  std::map<std::string, std::set<std::string>> accesses; // By array: the indices of one iteration, as text.
  std::map<std::string, int64_t> words;                  // By stream: of one iteration.
};

struct Counts {
  int64_t issued = 0, multipliers = 0;
  std::vector<std::string> faults;
  std::map<std::string, int64_t> written, read; // By stream: words of one run.
};

// The value of an index with + and *, at the given values of variables (0 where there is none).
class Evaluator {
public:
  Evaluator(StringRef text, const std::map<std::string, int64_t> &values) : rest(text), values(values) {}
  int64_t sum() {
    int64_t value = product();
    for (;;) {
      rest = rest.ltrim();
      if (rest.consume_front("+"))
        value += product();
      else if (rest.consume_front("-"))
        value -= product();
      else
        return value;
    }
  }

private:
  int64_t product() {
    int64_t value = primary();
    for (rest = rest.ltrim(); rest.consume_front("*"); rest = rest.ltrim())
      value *= primary();
    return value;
  }
  int64_t primary() {
    rest = rest.ltrim();
    if (rest.consume_front("(")) {
      int64_t value = sum();
      rest = rest.ltrim();
      rest.consume_front(")");
      return value;
    }
    StringRef word = rest.take_while([](char c) { return isAlnum(c) || c == '_'; });
    rest = rest.drop_front(word.size());
    int64_t number;
    if (!word.getAsInteger(10, number))
      return number;
    auto known = values.find(word.str());
    return known == values.end() ? 0 : known->second;
  }

  StringRef rest;
  const std::map<std::string, int64_t> &values;
};

class FunctionCounter {
public:
  // `elementBytes`: of the parameters that lie outside.
  explicit FunctionCounter(std::map<std::string, int64_t> elementBytes = {}) : elementBytes(std::move(elementBytes)) {}

  Counts count(ArrayRef<StringRef> lines) {
    for (StringRef line : lines)
      read(line);
    return counts;
  }

private:
  void read(StringRef line) {
    static const std::regex head("for \\(int (\\w+) = (-?\\d+); \\w+ < (-?\\d+); (?:\\+\\+\\w+|\\w+ \\+= (\\d+))\\)");
    static const std::regex banks("ARRAY_PARTITION variable=(\\w+) type=cyclic factor=(\\d+)");
    static const std::regex place("const int (\\w+) = (.*);");
    std::smatch match;
    std::string text = line.str();
    if (std::regex_search(text, match, head)) {
      Loop loop;
      loop.variable = match[1];
      loop.step = match[4].matched ? std::stoll(match[4]) : 1;
      loop.trips = (std::stoll(match[3]) - std::stoll(match[2]) + loop.step - 1) / loop.step;
      loops.push_back(loop);
    } else if (line.contains("EDGECC_PIPELINE(")) {
      line.split("EDGECC_PIPELINE(").second.consumeInteger(10, loops.back().ii);
    } else if (line.contains("#pragma HLS UNROLL")) {
      loops.back().unrolled = true;
    } else if (std::regex_search(text, match, banks)) {
      banksOf[match[1]] = std::stoll(match[2]);
    } else if (line.contains("#pragma")) {
      return;
    } else if (std::regex_search(text, match, place)) {
      places[match[1]] = expand(match[2].str());
    } else if (line.trim() == "}") {
      if (!loops.empty())
        close();
    } else {
      statement(line);
    }
  }

  // Indices with the names of other places replaced by what they stand for.
  std::string expand(StringRef index) {
    std::string result;
    while (!index.empty()) {
      StringRef word = index.take_while([](char c) { return isAlnum(c) || c == '_'; });
      auto known = places.find(word.str());
      result += known == places.end() ? word.str() : "(" + known->second + ")";
      index = index.drop_front(word.size());
      if (!index.empty()) {
        result += index.front();
        index = index.drop_front();
      }
    }
    return result;
  }

  void statement(StringRef line) {
    int64_t copies = 1;
    for (const Loop &loop : loops)
      copies *= loop.unrolled ? loop.trips : 1;
    int depth = 0;
    size_t begin = 0, nameBegin = 0;
    for (size_t i = 0; i < line.size(); ++i) {
      if (line[i] == '[' && depth++ == 0) {
        begin = i + 1;
        for (nameBegin = i; nameBegin > 0 && (isAlnum(line[nameBegin - 1]) || line[nameBegin - 1] == '_');)
          --nameBegin;
      } else if (line[i] == ']' && --depth == 0) {
        if (Loop *pipeline = innermostPipeline())
          pipeline->accesses[line.slice(nameBegin, begin - 1).str()].insert(expand(line.slice(begin, i)));
      } else if (depth == 0 && line.substr(i).starts_with(" * ")) {
        counts.multipliers += copies;
      } else if (depth == 0 && line.substr(i).starts_with("edgecc_mul_")) {
        counts.multipliers += copies;
      }
    }
    countWords(line, ".write(", copies, counts.written);
    countWords(line, ".read()", copies, counts.read);
    checkSum(line);
  }

  void countWords(StringRef line, StringRef access, int64_t copies, std::map<std::string, int64_t> &words) {
    for (size_t at = line.find(access); at != StringRef::npos; at = line.find(access, at + 1)) {
      StringRef name = line.take_front(at);
      name =
          name.drop_front(name.find_last_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") + 1);
      int64_t trips = 1;
      for (const Loop &loop : loops)
        trips *= loop.trips;
      words[name.str()] += trips;
      if (Loop *pipeline = innermostPipeline())
        pipeline->words[name.str()] += copies;
    }
  }

  Loop *innermostPipeline() {
    for (Loop &loop : reverse(loops))
      if (loop.ii > 0)
        return &loop;
    return nullptr;
  }

  // `sums[at] = sums[at] + ...`: iterations until the same element comes back.
  void checkSum(StringRef line) {
    line = line.trim();
    size_t end = line.find("] = ");
    if (!line.starts_with("sums") || end == StringRef::npos || !line.substr(end + 4).starts_with(line.take_front(end)))
      return;
    std::string index = expand(line.slice(line.find('[') + 1, end));
    const Loop *pipeline = innermostPipeline();
    if (!pipeline)
      return;
    int64_t back = 1;
    for (const Loop &loop : reverse(loops)) {
      if (loop.unrolled)
        continue;
      bool walks = std::regex_search(index, std::regex("\\b" + loop.variable + "\\b"));
      if (!walks)
        break;
      back *= loop.trips;
    }
    if (back * pipeline->ii < additionCycles)
      counts.faults.push_back("a sum comes back after " + std::to_string(back * pipeline->ii) + " cycles");
  }

  void close() {
    Loop loop = loops.back();
    if (loop.ii > 0) {
      int64_t trips = 1;
      for (const Loop &outer : loops)
        trips *= outer.trips;
      counts.issued += trips * loop.ii;
    }
    if (loop.unrolled)
      closed.push_back(loop);
    if (loop.ii > 0) {
      checkPorts(loop);
      closed.clear();
    }
    loops.pop_back();
  }

  // All addresses of one iteration: the unrolled loops inside at all their values, the others at 0.
  void checkPorts(const Loop &pipeline) {
    std::vector<std::map<std::string, int64_t>> points = {{}};
    for (const Loop &lane : closed) {
      std::vector<std::map<std::string, int64_t>> more;
      for (const auto &point : points)
        for (int64_t value = 0; value < lane.trips; ++value) {
          more.push_back(point);
          more.back()[lane.variable] = value;
        }
      points = std::move(more);
    }
    for (const auto &[stream, words] : pipeline.words)
      if (words > pipeline.ii)
        counts.faults.push_back(stream + " moves " + std::to_string(words) + " words in " +
                                std::to_string(pipeline.ii) + " cycles");
    for (const auto &[array, indices] : pipeline.accesses) {
      if (auto outside = elementBytes.find(array); outside != elementBytes.end()) {
        // From the first on: a word that two iterations share comes once in a burst.
        std::set<int64_t> addresses, words;
        for (const std::string &index : indices)
          for (const auto &point : points)
            addresses.insert(Evaluator(index, point).sum());
        for (int64_t address : addresses)
          words.insert((address - *addresses.begin()) * outside->second / outsideBytes);
        if (static_cast<int64_t>(words.size()) > pipeline.ii)
          counts.faults.push_back(array + " gives " + std::to_string(words.size()) + " words from outside in " +
                                  std::to_string(pipeline.ii) + " cycles");
        continue;
      }
      int64_t banks = banksOf.count(array) ? banksOf[array] : 1, most = 0;
      for (const std::string &index : indices) {
        std::set<int64_t> addresses;
        for (const auto &point : points)
          addresses.insert(Evaluator(index, point).sum());
        std::map<int64_t, int64_t> inBank;
        for (int64_t address : addresses)
          most = std::max(most, ++inBank[address % banks]);
      }
      if (most > ports * pipeline.ii)
        counts.faults.push_back(array + " gives " + std::to_string(most) + " words from one bank in " +
                                std::to_string(pipeline.ii) + " cycles");
    }
  }

  std::map<std::string, int64_t> elementBytes;
  Counts counts;
  std::vector<Loop> loops, closed;
  std::map<std::string, int64_t> banksOf;
  std::map<std::string, std::string> places;
};

// Visits all calls that `body` makes, itself or by what it calls, with those parameters of each function that stand for
// one of `names`, and for which.
void followCalls(ArrayRef<StringRef> body, const Names &names, Functions &functions, const Parameters &parameters,
                 function_ref<void(const std::string &function, const Names &inside)> visit) {
  static const std::regex call("^ *(\\w+)\\((.*)\\);");
  for (StringRef line : body) {
    std::smatch match;
    std::string text = line.str();
    if (!std::regex_search(text, match, call) || !functions.count(match[1]))
      continue;
    SmallVector<StringRef> arguments;
    std::string list = match[2];
    StringRef(list).split(arguments, ", ");
    Names inside;
    for (auto [parameter, argument] : zip(parameters.at(match[1]), arguments))
      if (names.count(argument.str()))
        inside[parameter] = names.at(argument.str());
    visit(match[1], inside);
    followCalls(functions[match[1]], inside, functions, parameters, visit);
  }
}

// The streams of the top function `lines`, each with one end that writes and one that reads all of its words.
std::vector<std::string> streamFaults(ArrayRef<StringRef> lines, Functions &functions, const Parameters &parameters) {
  static const std::regex stream("edgecc_stream<\\w+, (\\d+)> (\\w+);");
  struct Ends {
    int64_t words, written = 0, read = 0, writers = 0, readers = 0;
  };
  std::map<std::string, Ends> streams;
  Names names;
  for (StringRef line : lines) {
    std::smatch match;
    std::string text = line.str();
    if (std::regex_search(text, match, stream)) {
      streams[match[2]].words = std::stoll(match[1]);
      names[match[2]] = match[2];
    }
  }
  followCalls(lines, names, functions, parameters, [&](const std::string &function, const Names &inside) {
    Counts counts = FunctionCounter().count(functions[function]);
    for (const auto &[parameter, name] : inside) {
      streams[name].written += counts.written[parameter];
      streams[name].writers += counts.written[parameter] > 0;
      streams[name].read += counts.read[parameter];
      streams[name].readers += counts.read[parameter] > 0;
    }
  });
  std::vector<std::string> faults;
  for (const auto &[name, ends] : streams)
    if (ends.written != ends.words || ends.read != ends.words || ends.writers != 1 || ends.readers != 1)
      faults.push_back(name + ": " + std::to_string(ends.writers) + " write " + std::to_string(ends.written) + " and " +
                       std::to_string(ends.readers) + " read " + std::to_string(ends.read) + " of " +
                       std::to_string(ends.words) + " words");
  return faults;
}

// For each function the parameters that are ports of `top`, and the bytes of their elements in its head.
std::map<std::string, std::map<std::string, int64_t>> portsOf(const std::string &top, StringRef text,
                                                              Functions &functions, const Parameters &parameters) {
  static const std::regex port("(float|double|u?int(\\d+)_t) (\\w+)\\[");
  std::string head = text.substr(text.find("\nvoid " + top + "(")).split('{').first.str();
  std::map<std::string, int64_t> bytes;
  Names names;
  for (std::sregex_iterator at(head.begin(), head.end(), port), end; at != end; ++at) {
    bytes[(*at)[3]] = (*at)[2].matched ? std::stoll((*at)[2]) / 8 : (*at)[1] == "float" ? 4 : 8;
    names[(*at)[3]] = (*at)[3];
  }
  std::map<std::string, std::map<std::string, int64_t>> result;
  followCalls(functions[top], names, functions, parameters, [&](const std::string &function, const Names &inside) {
    for (const auto &[parameter, name] : inside)
      result[function][parameter] = bytes[name];
  });
  return result;
}

// The lines of each function, by its name.
Functions functionsOf(StringRef text, Parameters &parameters) {
  Functions functions;
  SmallVector<StringRef> lines;
  text.split(lines, '\n');
  std::string current;
  for (StringRef line : lines) {
    if (line.starts_with("static void ") || line.starts_with("void ")) {
      auto [name, list] = line.substr(line.find("void ") + 5).split('(');
      current = name.str();
      static const std::regex last("(\\w+)(\\[\\d+\\])?(, (?=const|\\w+ \\w+\\[|edgecc|int)|\\) \\{)");
      std::string text = list.str();
      for (std::sregex_iterator at(text.begin(), text.end(), last), end; at != end; ++at)
        parameters[current].push_back((*at)[1]);
      continue;
    }
    if (line == "}")
      current.clear();
    else if (!current.empty())
      functions[current].push_back(line);
  }
  return functions;
}

std::string readFile(const std::string &path) {
  auto file = MemoryBuffer::getFile(path);
  if (!file) {
    errs() << path << ": " << file.getError().message() << "\n";
    std::exit(1);
  }
  return (*file)->getBuffer().str();
}

} // namespace

int main(int argc, char **argv) {
  if (argc != 3) {
    errs() << "usage: hls-count FOLDER NAME\n";
    return 1;
  }
  std::string prefix = std::string(argv[1]) + "/" + argv[2];
  std::string code = readFile(prefix + "_hls.cpp"), report = readFile(prefix + "_hls.json");
  json::Value parsed = cantFail(json::parse(report));
  Parameters parameters;
  Functions functions = functionsOf(code, parameters);
  std::string top = std::string(argv[2]) + "_top";
  auto outside = portsOf(top, code, functions, parameters);
  int wrong = 0;
  int64_t issued = 0, multipliers = 0;
  auto expect = [&](StringRef function, StringRef what, int64_t counted, int64_t reported) {
    if (counted == reported)
      return;
    outs() << function << ": " << what << " counted " << counted << ", reported " << reported << "\n";
    ++wrong;
  };
  for (const json::Value &kernel : *parsed.getAsObject()->getArray("kernels")) {
    const json::Object &row = *kernel.getAsObject();
    std::string name = row.getString("function")->str();
    Counts counts = FunctionCounter(outside[name]).count(functions[name]);
    expect(name, "cycles", counts.issued, *row.getInteger("issued_cycles"));
    expect(name, "multipliers", counts.multipliers, *row.getInteger("multipliers"));
    if (*row.getInteger("latency_cycles") < counts.issued) {
      outs() << name << ": a latency below what its loops issue\n";
      ++wrong;
    }
    for (const std::string &fault : counts.faults) {
      outs() << name << ": " << fault << "\n";
      ++wrong;
    }
    issued += counts.issued;
    multipliers += counts.multipliers;
  }
  for (const std::string &fault : streamFaults(functions[top], functions, parameters)) {
    outs() << fault << "\n";
    ++wrong;
  }
  const json::Object &model = *parsed.getAsObject();
  bool fits = true;
  for (const auto &[kind, value] : *model.getObject("resources"))
    fits &= *value.getAsObject()->getInteger("used") <= *value.getAsObject()->getInteger("part_has");
  int64_t latency = *model.getInteger("latency_cycles"), untiled = *model.getInteger("untiled_latency_cycles");
  outs() << "issued " << issued << ", multipliers " << multipliers << ", latency " << latency << ", "
         << (fits ? "fits" : "does not fit") << ", " << (untiled >= 10 * latency ? "at least" : "less than")
         << " ten times as fast as untiled\n"
         << (wrong ? "report and code differ\n" : "report and code agree\n");
  return wrong != 0;
}
