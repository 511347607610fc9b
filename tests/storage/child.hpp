#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>

namespace annals::test {

/// Another process that runs one of the hidden test cases of child.cpp, chosen by name, on a directory. (A fork alone
/// would lack RocksDB's threads.)
class Child {
 public:
  Child(const std::string& task, const std::filesystem::path& directory);
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  /// The next line it writes, without its end; empty at the end of all.
  std::string read_line();
  std::string read_rest();
  /// SIGKILL, and its end waited for.
  void kill();

 private:
  void wait();
  pid_t pid_ = -1;
  int from_ = -1;
};

struct ChildRun {
  std::string output;
};
ChildRun run_child(const std::string& task, const std::filesystem::path& directory);

}  // namespace annals::test
