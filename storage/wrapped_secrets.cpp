#include "storage/wrapped_secrets.hpp"

#include <algorithm>

#include "storage/data_directory.hpp"
#include "storage/key_file.hpp"
#include "storage/problems.hpp"
#include "storage/secrets.hpp"
#include "storage/secrets_home.hpp"

namespace annals {
namespace {

Files files_of(const std::filesystem::path& directory) {
  return {*rocksdb::Env::Default(), directory};
}

}  // namespace

struct WrappedSecrets::Place {
  Files files;
};

WrappedSecrets::Read<WrappedSecrets> WrappedSecrets::find(const std::filesystem::path& directory) {
  const auto files = files_of(directory);
  const auto home = SecretsHome::find(files);
  if (!home) return std::unexpected(home.error());
  return WrappedSecrets(std::make_shared<const Place>(home->files(files)));
}

WrappedSecrets::Read<std::string> WrappedSecrets::root_secret() const {
  std::string bytes;
  const auto status = place_->files.read(kRootSecretFile, bytes);
  if (!status.ok()) return std::unexpected(io_problem(place_->files.path(kRootSecretFile), status));
  return bytes;
}

WrappedSecrets::Read<std::optional<std::string>> WrappedSecrets::master_key() const {
  std::string bytes;
  const auto status = place_->files.read(kMasterKeyFile, bytes);
  if (is_missing(status)) return std::nullopt;
  const auto path = place_->files.path(kMasterKeyFile);
  if (!status.ok()) return std::unexpected(io_problem(path, status));
  if (!parse_master_key(bytes)) return std::unexpected(damaged_file(path, "it holds no 64 hexadecimal digits"));
  return bytes;
}

WrappedSecrets::Read<std::string> WrappedSecrets::slots(PlatformId platform, SlotId first, SlotId last) const {
  const KeyFile file(place_->files, platform);
  const auto offset = KeyFileFormat::offset_of(first);
  const auto count = (last.value + 1 - first.value) * KeyFileFormat::kSlotBytes;
  std::string bytes;
  std::string again;
  // A server may be erasing one of them: what reads the same twice is not half written.
  do {
    for (auto* read : {&bytes, &again}) {
      const auto status = file.read(offset, count, *read);
      if (!status.ok()) return std::unexpected(io_problem(file.path(), status));
      read->resize(read->size() - read->size() % KeyFileFormat::kSlotBytes);
    }
  } while (bytes != again.substr(0, bytes.size()));
  return bytes;
}

WrappedSecrets::Read<void> WrappedSecrets::put_root_secret(std::string_view bytes) const {
  return done_with(place_->files.path(kRootSecretFile), place_->files.replace(kRootSecretFile, bytes));
}

WrappedSecrets::Read<void> WrappedSecrets::put_master_key(std::string_view bytes) const {
  return done_with(place_->files.path(kMasterKeyFile), place_->files.replace(kMasterKeyFile, bytes));
}

WrappedSecrets::Read<void> WrappedSecrets::put_slots(PlatformId platform, SlotId first, std::string_view slots) const {
  const KeyFile file(place_->files, platform);
  auto status = place_->files.make_directory(KeyFile::kDirectory);
  if (status.ok() && first.value == 1) status = file.create();
  if (status.ok()) status = file.write({{KeyFileFormat::offset_of(first), slots}});
  return done_with(file.path(), status);
}

std::expected<void, StoreProblem> begin_restoring(const std::filesystem::path& directory) {
  const auto files = files_of(directory);
  return done_with(files.path(kUnfinishedRestoreFile), files.replace(kUnfinishedRestoreFile, ""));
}

std::expected<void, StoreProblem> end_restoring(const std::filesystem::path& directory) {
  const auto files = files_of(directory);
  auto status = files.env().DeleteFile(files.path(kUnfinishedRestoreFile));
  if (status.ok()) status = files.sync_directory({});
  return done_with(files.path(kUnfinishedRestoreFile), status);
}

}  // namespace annals
