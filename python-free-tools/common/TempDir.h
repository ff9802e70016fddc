// A folder for files that nobody wants afterwards.
#ifndef EDGECC_TOOLS_TEMPDIR_H
#define EDGECC_TOOLS_TEMPDIR_H

#include "llvm/ADT/Twine.h"

#include <string>

namespace edgecc::tools {

// Made in the system's folder for temporary files; removed with all it holds when the object dies, and also when the
// program is interrupted (Ctrl-C).
class TempDir {
public:
  TempDir();
  ~TempDir();
  TempDir(const TempDir &) = delete;
  TempDir &operator=(const TempDir &) = delete;

  const std::string &path() const { return directory; }
  // The path of a file or folder inside it, which is not made.
  std::string file(const llvm::Twine &name) const;
  // Makes a folder inside it.
  std::string makeFolder(const llvm::Twine &name) const;

private:
  std::string directory;
};

} // namespace edgecc::tools

#endif
