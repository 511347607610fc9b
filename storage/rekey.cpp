#include "storage/rekey.hpp"

#include <algorithm>
#include <vector>

#include "storage/data_directory.hpp"
#include "storage/heads_file.hpp"
#include "storage/key_file.hpp"
#include "storage/problems.hpp"
#include "storage/secrets.hpp"
#include "storage/secrets_home.hpp"

namespace annals {
namespace {

constexpr std::uint64_t kSlotsAtOnce = 16'384;

using Done = std::expected<void, StoreProblem>;

/// From one home of secrets to the next.
class Rewrapping {
 public:
  Rewrapping(const Files& from, const Secrets& old, const Files& to, const Key& master,
             const std::function<void(std::uint64_t, std::uint64_t)>& progress)
      : from_(from), to_(to), old_(old), master_(master), progress_(progress) {}

  std::expected<Rekeyed, StoreProblem> run() {
    auto platforms = key_files();
    if (!platforms) return std::unexpected(std::move(platforms.error()));
    if (auto made = done_with(to_.path(KeyFile::kDirectory), to_.make_directory(KeyFile::kDirectory)); !made) {
      return std::unexpected(std::move(made.error()));
    }
    for (const auto platform : *platforms) {
      if (auto done = rewrap(platform); !done) return std::unexpected(std::move(done.error()));
    }
    const auto wrapped = to_.replace(kRootSecretFile, wrap_root_secret(master_, old_.root));
    if (auto done = done_with(to_.path(kRootSecretFile), wrapped); !done) return std::unexpected(done.error());
    return rekeyed_;
  }

 private:
  std::expected<std::vector<PlatformId>, StoreProblem> key_files() {
    std::vector<std::string> names;
    const auto directory = from_.path(KeyFile::kDirectory);
    const auto listed = from_.env().GetChildren(directory, &names);
    if (!listed.ok()) return std::unexpected(io_problem(directory, listed));
    std::vector<PlatformId> platforms;
    for (const auto& name : names) {
      const auto platform = KeyFile::platform_of(name);
      if (!platform) continue;
      std::uint64_t bytes = 0;
      const auto status = KeyFile(from_, *platform).size(bytes);
      if (!status.ok()) return std::unexpected(io_problem(KeyFile(from_, *platform).path(), status));
      all_ += bytes / KeyFileFormat::kSlotBytes;
      platforms.push_back(*platform);
    }
    return platforms;
  }

  Done rewrap(PlatformId platform) {
    const KeyFile from(from_, platform);
    const KeyFile to(to_, platform);
    std::string bytes;
    const auto read = from.read(0, KeyFileFormat::kHeaderBytes + KeyFileFormat::kMarkBytes, bytes);
    if (!read.ok()) return std::unexpected(io_problem(from.path(), read));
    try {
      if (KeyFileFormat::read_header(bytes) != platform) throw DecodeError("it belongs to another platform");
    } catch (const NewerFormat& newer) {
      return std::unexpected(newer_format(from.path(), newer.format));
    } catch (const DecodeError& damage) {
      return std::unexpected(damaged_file(from.path(), damage.what()));
    }
    if (auto made = done_with(to.path(), to.create()); !made) return made;
    const auto next = KeyFileFormat::read_mark(derive_mark_key(old_.master), platform,
                                               std::string_view(bytes).substr(KeyFileFormat::kHeaderBytes));
    if (auto slots = rewrap_slots(platform, from, to); !slots || !next) return slots;
    const auto mark = KeyFileFormat::mark(derive_mark_key(master_), platform, *next);
    return done_with(to.path(), to.write({{KeyFileFormat::kHeaderBytes, mark}}));
  }

  Done rewrap_slots(PlatformId platform, const KeyFile& from, const KeyFile& to) {
    for (SlotId first{1};; first.value += kSlotsAtOnce) {
      std::string old;
      const auto read = from.read(KeyFileFormat::offset_of(first), kSlotsAtOnce * KeyFileFormat::kSlotBytes, old);
      if (!read.ok()) return std::unexpected(io_problem(from.path(), read));
      std::string fresh;
      // A slot that the file's end cuts short was never handed out.
      for (std::size_t at = 0; at + KeyFileFormat::kSlotBytes <= old.size(); at += KeyFileFormat::kSlotBytes) {
        const SlotId slot{first.value + at / KeyFileFormat::kSlotBytes};
        rewrap_slot(platform, slot, std::string_view(old).substr(at, KeyFileFormat::kSlotBytes), fresh);
      }
      if (fresh.empty()) return {};
      const auto written = to.write({{KeyFileFormat::offset_of(first), fresh}});
      if (!written.ok()) return std::unexpected(io_problem(to.path(), written));
      if (progress_) progress_(std::min(rekeyed_.slots + rekeyed_.damaged, all_), all_);
    }
  }

  /// What has no key stays without one, and what is damaged stays as it is.
  void rewrap_slot(PlatformId platform, SlotId slot, std::string_view bytes, std::string& out) {
    try {
      auto key = KeyFileFormat::read_slot(old_.master, platform, slot, bytes);
      if (!key) {
        out += bytes;
        return;
      }
      KeyFileFormat::append_slot(master_, platform, slot, *key, out);
      cleanse(key->data(), key->size());
      ++rekeyed_.slots;
    } catch (const DecodeError&) {
      out += bytes;
      ++rekeyed_.damaged;
    }
  }

  const Files& from_;
  const Files& to_;
  const Secrets& old_;
  const Key& master_;
  const std::function<void(std::uint64_t, std::uint64_t)>& progress_;
  std::uint64_t all_ = 0;
  Rekeyed rekeyed_;
};

/// In a directory whose lock is held.
std::expected<Rekeyed, StoreProblem> rekey(const Files& files, const StoreOptions& options,
                                           const std::optional<Key>& given,
                                           const std::function<void(std::uint64_t, std::uint64_t)>& progress) {
  const auto home = SecretsHome::find(files);
  if (!home) return std::unexpected(home.error());
  home->discard_others(files);
  const auto from = home->files(files);
  const auto old = open_secrets(from, options.master_key, false);
  if (!old) return std::unexpected(old.error());
  const auto next = home->next();
  const auto to = next.files(files);
  const auto made = files.make_directory(to.directory().filename().string());
  if (!made.ok()) return std::unexpected(io_problem(to.directory().string(), made));
  const Key master = given.value_or(random_key());
  if (!given) {
    const auto written = to.replace(kMasterKeyFile, format_master_key(master));
    if (!written.ok()) return std::unexpected(io_problem(to.path(kMasterKeyFile), written));
  }
  auto rekeyed = Rewrapping(from, *old, to, master, progress).run();
  if (!rekeyed) return rekeyed;
  // Before it counts: whoever opens it next finds it whole.
  if (const auto opened = open_secrets(to, given, false); !opened) return std::unexpected(opened.error());
  const auto taken = next.take_over(files);
  if (!taken.ok()) return std::unexpected(io_problem(files.path(SecretsHome::kCurrentFile), taken));
  next.discard_others(files);
  return rekeyed;
}

}  // namespace

std::expected<Rekeyed, StoreProblem> rekey(const StoreOptions& options, const std::optional<Key>& given,
                                           const std::function<void(std::uint64_t, std::uint64_t)>& progress) {
  const Files files(options.env != nullptr ? *options.env : *rocksdb::Env::Default(), options.directory);
  if (auto there = require_data(files); !there) return std::unexpected(std::move(there.error()));
  const auto lock = DirectoryLock::take(files);
  if (!lock) return std::unexpected(lock.error());
  return rekey(files, options, given, progress);
}

}  // namespace annals
