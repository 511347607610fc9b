#include "storage/secrets_home.hpp"

#include <algorithm>
#include <charconv>
#include <memory>
#include <optional>
#include <vector>

#include "storage/key_file.hpp"
#include "storage/problems.hpp"
#include "storage/secrets.hpp"

namespace annals {
namespace {

constexpr std::string_view kPrefix = "secrets-";  // on disk; never change

std::optional<unsigned> number_in(std::string_view name) {
  if (!name.starts_with(kPrefix)) return std::nullopt;
  name.remove_prefix(kPrefix.size());
  unsigned number = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
  const bool whole = error == std::errc() && end == name.data() + name.size() && !name.starts_with('0');
  return whole && number > 1 ? std::optional(number) : std::nullopt;
}

/// Before it is removed: a slot that is erased later must not come back from the free blocks of the disk.
void overwrite_and_remove(const Files& files, const std::string& name) {
  constexpr std::size_t kPiece = 1u << 20;
  const auto path = files.path(name);
  std::uint64_t left = 0;
  std::unique_ptr<rocksdb::RandomRWFile> file;
  const bool opened =
      files.env().GetFileSize(path, &left).ok() && files.env().NewRandomRWFile(path, &file, rocksdb::EnvOptions()).ok();
  if (opened) {
    const std::string zeros(std::min<std::uint64_t>(left, kPiece), '\0');
    while (left > 0) {
      const auto piece = std::min<std::uint64_t>(left, kPiece);
      left -= piece;
      if (!file->Write(left, rocksdb::Slice(zeros.data(), piece)).ok()) break;
    }
    static_cast<void>(file->Sync());
    static_cast<void>(file->Close());
  }
  static_cast<void>(files.env().DeleteFile(path));
}

std::vector<std::string> names_in(const Files& files, std::string_view directory) {
  std::vector<std::string> names;
  static_cast<void>(files.env().GetChildren(files.path(directory), &names));
  std::erase_if(names, [](const auto& name) { return name == "." || name == ".."; });
  return names;
}

void discard(const Files& files) {
  for (const auto name : {kMasterKeyFile, kRootSecretFile}) {
    if (!is_missing(files.look_for(name))) overwrite_and_remove(files, std::string(name));
  }
  if (is_missing(files.look_for(KeyFile::kDirectory))) return;
  const std::string directory(KeyFile::kDirectory);
  for (const auto& name : names_in(files, directory)) overwrite_and_remove(files, directory + "/" + name);
  static_cast<void>(files.env().DeleteDir(files.path(directory)));
}

}  // namespace

std::expected<SecretsHome, StoreProblem> SecretsHome::find(const Files& files) {
  std::string text;
  const auto status = files.read(kCurrentFile, text);
  if (is_missing(status)) return SecretsHome(1);
  const auto path = files.path(kCurrentFile);
  if (!status.ok()) return std::unexpected(io_problem(path, status));
  if (text.ends_with('\n')) text.pop_back();
  if (const auto number = number_in(text)) return SecretsHome(*number);
  return std::unexpected(damaged_file(path, "it names no directory of secrets"));
}

std::string SecretsHome::name() const {
  return number_ == 1 ? std::string() : std::string(kPrefix) + std::to_string(number_);
}

rocksdb::Status SecretsHome::take_over(const Files& files) const {
  return files.replace(kCurrentFile, name() + "\n");
}

void SecretsHome::discard_others(const Files& data) const {
  if (number_ != 1) discard(data);
  for (const auto& found : names_in(data, {})) {
    const auto number = number_in(found);
    if (!number || *number == number_) continue;
    const Files other(data.env(), data.directory() / found);
    discard(other);
    static_cast<void>(data.env().DeleteDir(other.directory().string()));
  }
}

}  // namespace annals
