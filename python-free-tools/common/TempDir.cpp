#include "TempDir.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Signals.h"

#include <mutex>
#include <set>
#include <unistd.h>

using namespace llvm;

namespace edgecc::tools {

namespace {

// The folders that exist now. A signal handler has no object to ask, hence a global.
struct LiveFolders {
  std::mutex mutex;
  std::set<std::string> paths;

  static LiveFolders &get() {
    static LiveFolders folders;
    return folders;
  }
};

void removeAllAndExit() {
  for (const std::string &path : LiveFolders::get().paths)
    sys::fs::remove_directories(path);
  _exit(130); // 128 + SIGINT, as shells do
}

} // namespace

TempDir::TempDir() {
  SmallString<128> path;
  if (std::error_code error = sys::fs::createUniqueDirectory("edgecc", path))
    report_fatal_error(Twine("cannot make a folder for temporary files: ") + error.message(), /*gen_crash_diag=*/false);
  directory = path.str();
  LiveFolders &folders = LiveFolders::get();
  std::lock_guard<std::mutex> lock(folders.mutex);
  folders.paths.insert(directory);
  sys::SetInterruptFunction(removeAllAndExit);
}

TempDir::~TempDir() {
  sys::fs::remove_directories(directory);
  LiveFolders &folders = LiveFolders::get();
  std::lock_guard<std::mutex> lock(folders.mutex);
  folders.paths.erase(directory);
}

std::string TempDir::file(const Twine &name) const {
  SmallString<128> path(directory);
  sys::path::append(path, name);
  return path.str().str();
}

std::string TempDir::makeFolder(const Twine &name) const {
  std::string path = file(name);
  if (std::error_code error = sys::fs::create_directories(path))
    report_fatal_error(Twine("cannot make a folder for temporary files: ") + error.message(), /*gen_crash_diag=*/false);
  return path;
}

} // namespace edgecc::tools
