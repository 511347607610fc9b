#include "app/erasure_list.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <iterator>

#include "app/noted_erasures.hpp"
#include "core/time.hpp"

namespace annals {
namespace {

/// Closes itself.
class Handle {
 public:
  Handle(const std::filesystem::path& path, int flags) : number_(::open(path.c_str(), flags | O_CLOEXEC, 0600)) {}
  ~Handle() {
    if (number_ >= 0) ::close(number_);
  }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  bool opened() const { return number_ >= 0; }
  std::optional<off_t> size() const {
    struct stat found{};
    return ::fstat(number_, &found) == 0 ? std::optional(found.st_size) : std::nullopt;
  }
  bool write(std::string_view bytes) const {
    while (!bytes.empty()) {
      const auto written = ::write(number_, bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
  }
  bool truncate(off_t size) const { return ::ftruncate(number_, size) == 0; }
  bool sync() const { return ::fsync(number_) == 0; }

 private:
  int number_;
};

bool sync_directory_of(const std::filesystem::path& file) {
  const Handle directory(file.parent_path(), O_RDONLY | O_DIRECTORY);
  return directory.opened() && directory.sync();
}

std::string line_of(PlatformId platform, const ErasureRow& erasure) {
  std::string records;
  for (const auto& record : erasure.records) {
    records += fmt::format("{}{{\"stream\": \"{}-{}\", \"slot\": {}}}", records.empty() ? "" : ", ", record.kind,
                           record.id, record.slot.value);
  }
  if (!records.empty()) records = ", \"records\": [" + records + ']';
  return fmt::format(
      "{{\"platform\": {}, \"person\": \"{}\", \"slot\": {}, \"position\": {}, \"erased_at\": \"{}\"{}}}\n",
      platform.value, erasure.person.to_string(), erasure.slot.value, erasure.position.value,
      format_timestamp(erasure.at), records);
}

}  // namespace

std::optional<ErasureList::Noted> ErasureList::noted() {
  Noted noted;
  std::error_code error;
  if (!std::filesystem::exists(path_, error)) return error ? std::nullopt : std::optional(noted);
  std::ifstream in(path_, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  if (in.bad()) return std::nullopt;
  const auto whole = text.rfind('\n') + 1;  // 0 without any
  if (whole < text.size()) {
    const Handle file(path_, O_WRONLY);
    if (!file.opened() || !file.truncate(static_cast<off_t>(whole)) || !file.sync()) return std::nullopt;
  }
  for (std::size_t at = 0; at < whole;) {
    const auto end = text.find('\n', at);
    const auto erasure = NotedErasure::parse(std::string_view(text).substr(at, end - at));
    if (erasure) noted.emplace(erasure->platform, erasure->person);
    at = end + 1;
  }
  return noted;
}

bool ErasureList::append(PlatformId platform, std::span<const ErasureRow> erasures) {
  std::string lines;
  for (const auto& erasure : erasures) lines += line_of(platform, erasure);
  const Handle file(path_, O_WRONLY | O_CREAT | O_APPEND);
  const auto size = file.opened() ? file.size() : std::nullopt;
  if (!size) return false;
  const bool appended = file.write(lines) && file.sync() && (*size > 0 || sync_directory_of(path_));
  return appended || (static_cast<void>(file.truncate(*size)), false);
}

}  // namespace annals
