#pragma once

#include <cstdint>
#include <cstdio>
#include <expected>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

#include "commands/import/record_texts.hpp"

namespace annals {

/// Reading failed where it had begun well.
struct InputFailure : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// The file that is imported, or standard input.
class ImportInput {
 public:
  /// `-` is standard input. The error is a sentence.
  static std::expected<ImportInput, std::string> open(const std::string& name);

  /// Throws InputFailure. Not beyond this object's life.
  ByteSource source();
  const std::string& name() const { return name_; }              ///< for sentences
  std::optional<std::uint64_t> bytes() const { return bytes_; }  ///< nullopt: nobody knows before the end

 private:
  struct Close {
    void operator()(std::FILE* file) const {
      if (file != stdin) std::fclose(file);
    }
  };
  std::unique_ptr<std::FILE, Close> file_;
  std::string name_;
  std::optional<std::uint64_t> bytes_;
};

}  // namespace annals
