#include "app/export/output.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <new>

namespace annals {

std::expected<ExportOutput, std::string> ExportOutput::open(const std::string& file) {
  ExportOutput output;
  if (file.empty()) return output;
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (descriptor < 0 && errno == EEXIST) {
    return std::unexpected(fmt::format("{} is there already; an export replaces no file. Name another.", file));
  }
  if (descriptor < 0)
    return std::unexpected(fmt::format("--out {} cannot be written: {}.", file, std::strerror(errno)));
  output.name_ = file;
  output.file_.reset(::fdopen(descriptor, "wb"));
  if (!output.file_) throw std::bad_alloc();
  return output;
}

ExportOutput::~ExportOutput() {
  if (file_) ::unlink(name_.c_str());
}

bool ExportOutput::finish() {
  if (std::fflush(stream()) != 0) return false;
  if (!file_) return true;
  if (::fsync(::fileno(file_.get())) != 0) return false;
  file_.reset();
  return true;
}

}  // namespace annals
