#pragma once

#include <cstdio>
#include <expected>
#include <memory>
#include <string>
#include <string_view>

namespace annals {

/// Where an export goes: standard output, or a new file, readable by its owner only, which is removed again unless it
/// is finished.
class ExportOutput {
 public:
  /// An empty name is standard output. The error is a sentence.
  static std::expected<ExportOutput, std::string> open(const std::string& file);
  ExportOutput(ExportOutput&&) = default;
  ~ExportOutput();

  /// False: it takes no more; errno says why.
  bool write(std::string_view bytes) { return std::fwrite(bytes.data(), 1, bytes.size(), stream()) == bytes.size(); }
  /// On the disk when it returns true.
  bool finish();

 private:
  ExportOutput() = default;
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  std::FILE* stream() const { return file_ ? file_.get() : stdout; }

  std::unique_ptr<std::FILE, Close> file_;
  std::string name_;
};

}  // namespace annals
