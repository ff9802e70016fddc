// C identifiers from the names in ONNX models.

#include "compiler/Artefact/Identifier.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;

namespace edgecc::artefact {

namespace {

// Keywords of C and C++, common macros and types, and the names that NAME_run gives its other parameters.
constexpr StringLiteral reservedWords[] = {
    "alignas",       "alignof",     "and",      "and_eq",    "arena",      "asm",       "auto",
    "bitand",        "bitor",       "bool",     "break",     "case",       "catch",     "char",
    "char16_t",      "char32_t",    "char8_t",  "class",     "co_await",   "co_return", "co_yield",
    "compl",         "complex",     "concept",  "const",     "const_cast", "consteval", "constexpr",
    "constinit",     "continue",    "decltype", "default",   "delete",     "do",        "double",
    "dynamic_cast",  "else",        "enum",     "errno",     "explicit",   "export",    "extern",
    "false",         "float",       "for",      "frame",     "friend",     "goto",      "if",
    "imaginary",     "inline",      "int",      "int16_t",   "int32_t",    "int64_t",   "int8_t",
    "linux",         "long",        "main",     "mutable",   "namespace",  "new",       "noexcept",
    "noreturn",      "not",         "not_eq",   "null",      "nullptr",    "operator",  "or",
    "or_eq",         "pool",        "private",  "protected", "public",     "register",  "reinterpret_cast",
    "requires",      "restrict",    "return",   "short",     "signed",     "sizeof",    "static",
    "static_assert", "static_cast", "struct",   "switch",    "template",   "this",      "thread_local",
    "throw",         "true",        "try",      "typedef",   "typeid",     "typename",  "typeof",
    "typeof_unqual", "uint16_t",    "uint32_t", "uint64_t",  "uint8_t",    "union",     "unix",
    "unsigned",      "using",       "virtual",  "void",      "volatile",   "wchar_t",   "while",
    "xor",           "xor_eq"};

// NAME.h and libNAME.a must not hide these headers and libraries.
constexpr StringLiteral systemNames[] = {
    "assert", "c",        "complex", "ctype",       "dl",       "errno",   "features",  "fenv",    "float",
    "gcc",    "inttypes", "iso646",  "limits",      "locale",   "m",       "math",      "memory",  "pthread",
    "rt",     "sched",    "setjmp",  "signal",      "stdalign", "stdarg",  "stdatomic", "stdbool", "stddef",
    "stdint", "stdio",    "stdlib",  "stdnoreturn", "string",   "strings", "tgmath",    "threads", "time",
    "uchar",  "unistd",   "util",    "wchar",       "wctype"};

// Letters, digits and single inner underscores; names that begin with an underscore belong to the C implementation.
std::string identifierCharacters(StringRef name, StringRef fallback) {
  std::string result;
  for (char c : name) {
    if (isAlnum(c))
      result += c;
    else if (!result.empty() && result.back() != '_')
      result += '_';
  }
  while (!result.empty() && result.back() == '_')
    result.pop_back();
  if (result.empty())
    return fallback.str();
  return isDigit(result.front()) ? (fallback + "_" + result).str() : result;
}

// Case is ignored, for the sake of macros and of file systems that do so.
bool contains(ArrayRef<StringLiteral> words, StringRef word) { return is_contained(words, word.lower()); }

} // namespace

std::string modelIdentifier(StringRef name) {
  std::string result = identifierCharacters(name, "model");
  bool isTaken = contains(reservedWords, result) || contains(systemNames, result);
  return isTaken || StringRef(result).starts_with_insensitive("edgecc") ? "model_" + result : result;
}

bool isModelIdentifier(StringRef name) { return !name.empty() && modelIdentifier(name) == name; }

std::string IdentifierScope::unique(StringRef name, StringRef fallback) {
  std::string base = identifierCharacters(name, fallback);
  if (contains(reservedWords, base))
    base = (fallback + "_" + base).str();
  std::string candidate = base;
  for (unsigned number = 2; !taken.insert(StringRef(candidate).upper()).second; ++number)
    candidate = base + "_" + std::to_string(number);
  return candidate;
}

} // namespace edgecc::artefact
