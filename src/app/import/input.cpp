#include "app/import/input.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>

namespace annals {

std::expected<ImportInput, std::string> ImportInput::open(const std::string& name) {
  ImportInput input;
  input.name_ = name == "-" ? "standard input" : name;
  input.file_.reset(name == "-" ? stdin : std::fopen(name.c_str(), "rbe"));
  struct stat about{};
  if (!input.file_ || fstat(fileno(input.file_.get()), &about) != 0) {
    return std::unexpected(fmt::format("{} cannot be read: {}.", input.name_, std::strerror(errno)));
  }
  if (S_ISDIR(about.st_mode)) return std::unexpected(fmt::format("{} is a directory.", input.name_));
  if (S_ISREG(about.st_mode)) input.bytes_ = static_cast<std::uint64_t>(about.st_size);
  return input;
}

ByteSource ImportInput::source() {
  return [file = file_.get(), name = name_](char* to, std::size_t size) {
    const auto count = std::fread(to, 1, size, file);
    if (count == 0 && std::ferror(file) != 0) {
      throw InputFailure(fmt::format("{} cannot be read to its end: {}", name, std::strerror(errno)));
    }
    return count;
  };
}

}  // namespace annals
