#include "app/restoring.hpp"

#include <algorithm>
#include <fstream>

#include "app/blind_reading.hpp"
#include "app/erasure_list.hpp"
#include "app/restoring_erasures.hpp"
#include "core/crypto.hpp"
#include "projections/rebuild.hpp"

namespace annals {
namespace {

StoreProblem disk_refuses(const std::filesystem::path& directory) {
  return {StoreProblem::Kind::io,
          directory.string() + " takes no writes; check the disk and its free space, then restore again.",
          {},
          {}};
}

std::string stream_of_person(const PersonId& person) {
  return "person-" + person.to_string();
}

}  // namespace

Restoring::Restoring(std::istream& backup, const StoreOptions& options, const std::vector<NotedErasure>& erasures,
                     Progress progress)
    : reader_(backup), options_(options), progress_(std::move(progress)) {
  options_.restoring = true;
  options_.durability = Durability::sync;
  for (const auto& each : erasures) {
    to_erase_.insert_or_assign({each.platform, each.slot}, each);
    streams_to_erase_[{each.platform, each.slot}] = stream_of_person(each.person);
    for (const auto& record : each.records) streams_to_erase_[{each.platform, record.slot}] = record.stream;
  }
}

std::expected<Restored, StoreProblem> Restoring::run() {
  auto secrets = WrappedSecrets::find(options_.directory);
  if (!secrets) return std::unexpected(std::move(secrets.error()));
  secrets_ = *std::move(secrets);
  try {
    while (const auto section = reader_.next()) {
      if (auto taken = take(*section); !taken) return std::unexpected(std::move(taken.error()));
      last_kind_ = section->kind;
    }
  } catch (const DecodeError& error) {
    reader_.damaged(error.what());
  }
  require_whole();
  store_.reset();
  if (auto built = build_views(); !built) return std::unexpected(std::move(built.error()));
  return Restored{std::move(manifest_), persons_erased_};
}

Restoring::Done Restoring::take(const BackupReader::Section& section) {
  const bool first = last_kind_ == BackupSection{};
  if (first != (section.kind == BackupSection::manifest)) reader_.damaged("a manifest stands first, and only there");
  if (section.kind < last_kind_) reader_.damaged("it stands in the wrong place");
  const bool once = section.kind <= BackupSection::master_key;
  if (once && section.kind == last_kind_) reader_.damaged("it stands there twice");
  // What stands behind the commits is for a store that is closed.
  if (section.kind > BackupSection::commits) store_.reset();
  switch (section.kind) {
    case BackupSection::manifest:
      return take_manifest(section.payload);
    case BackupSection::root_secret:
      has_root_secret_ = true;
      return secrets_->put_root_secret(section.payload);
    case BackupSection::master_key:
      return secrets_->put_master_key(section.payload);
    case BackupSection::commits:
      return take_commits(section.payload);
    case BackupSection::erasures:
      keep_erasures(section.payload);
      return {};
    case BackupSection::slots:
      return take_slots(section.payload);
    case BackupSection::key_uses:
      for (const auto uses = BackupKeyUses::read(section.payload); const auto& [key, at] : uses.uses) {
        key_uses_.use_of(uses.platform, key).note(from_micros(at));
      }
      return {};
    case BackupSection::quarantine:
      keep_quarantine(section.payload);
      return {};
    case BackupSection::end:
      break;
  }
  return {};
}

Restoring::Done Restoring::take_manifest(std::string_view payload) {
  manifest_ = BackupManifest::read(payload);
  for (const auto& each : manifest_.platforms) required_[each.platform] = each.head;
  return {};
}

/// The store speaks of files in a directory that is gone when the sentence is read.
StoreProblem Restoring::in_words_of_the_backup(StoreProblem problem) const {
  if (problem.kind != StoreProblem::Kind::wrong_master_key) return problem;
  problem.sentence =
      options_.master_key
          ? "The master key given does not open the backup; give the one that was in use when it was made."
          : "The backup holds no master key; name the one that was in use when it was made with "
            "--master-key-file, or in ANNALS_MASTER_KEY.";
  return problem;
}

Restoring::Done Restoring::open_store() {
  if (!has_root_secret_) reader_.damaged("no root secret stands before it");
  auto opened = Store::open(options_);
  if (!opened) return std::unexpected(in_words_of_the_backup(std::move(opened.error())));
  store_ = *std::move(opened);
  return {};
}

Restoring::Done Restoring::take_commits(std::string_view payload) {
  if (!store_) {
    if (auto opened = open_store(); !opened) return opened;
  }
  std::vector<CommitRecord> commits;
  for (const auto record : BackupCommits::read(payload)) {
    auto commit = next_commit(record);
    if (!commits.empty() && commits.back().frame.platform != commit.frame.platform) {
      reader_.damaged("it holds commits of two platforms");
    }
    commits.push_back(std::move(commit));
  }
  if (commits.empty()) reader_.damaged("it holds no commit");
  return append(std::move(commits));
}

CommitRecord Restoring::next_commit(std::string_view record) {
  CommitRecord commit{{}, std::string(record), sha256(record)};
  ByteReader in(record);
  commit.frame = CommitFrame::decode(in);
  const auto& frame = commit.frame;
  const auto required = required_.find(frame.platform);
  if (required == required_.end()) reader_.damaged("it holds a commit of a platform that the manifest does not list");
  auto& head = heads_[frame.platform];
  const auto where = "the commit at position " + std::to_string(head.position.value + 1);
  if (frame.previous != head.hash || frame.first.value != head.position.value + 1 || frame.last() < frame.first) {
    reader_.damaged(where + " does not follow the one before");
  }
  if (frame.last() > required->second.position) reader_.damaged(where + " lies behind the head in the manifest");
  if (record.size() > kCommitBytesMax) reader_.damaged(where + " is too long");
  find_erased(commit);
  head = {frame.last(), commit.hash};
  events_ += frame.count;
  return commit;
}

void Restoring::find_erased(const CommitRecord& commit) {
  if (streams_to_erase_.empty()) return;
  const auto platform = commit.frame.platform;
  const SlotNamed note = [&](SlotId slot, std::string_view stream) {
    const auto found = streams_to_erase_.find({platform, slot});
    // A slot of that number may belong to somebody else in a log that went another way.
    if (found != streams_to_erase_.end() && stream == found->second) erased_.insert(found->first);
  };
  try {
    read_blindly(commit.bytes, note);
  } catch (const DecodeError&) {  // rebuilding says so, unless it is in quarantine, which comes later in the file
  }
}

Restoring::Done Restoring::append(std::vector<CommitRecord> commits) {
  const auto platform = commits.front().frame.platform;
  const auto expected = store_->log().head(platform);
  const PlatformAppend part{platform, expected, std::move(commits)};
  const auto no_views = store_->views().overlay();
  if (store_->log().append({&part, 1}, *no_views) != AppendStatus::appended) {
    return std::unexpected(disk_refuses(options_.directory));
  }
  progress_("restoring", events_, manifest_.events());
  return {};
}

void Restoring::keep_erasures(std::string_view lines) {
  std::ofstream list(options_.directory / ErasureList::kName, std::ios::binary | std::ios::app);
  list << lines;
  list.flush();
  if (!list) throw std::runtime_error((options_.directory / ErasureList::kName).string() + " cannot be written");
}

void Restoring::keep_quarantine(std::string_view lines) {
  if (const auto parsed = Quarantine::parse(lines); !parsed) reader_.damaged(parsed.error());
  const auto path = options_.directory / Quarantine::kName;
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << lines;
  file.flush();
  if (!file) throw std::runtime_error(path.string() + " cannot be written");
}

Restoring::Done Restoring::take_slots(std::string_view payload) {
  const auto slots = BackupSlots::read(payload);
  auto& last = last_slots_[slots.platform];
  if (slots.first.value != last.value + 1) reader_.damaged("slots are missing before it");
  last.value += slots.count();
  std::string bytes(slots.slots);
  for (auto at = erased_.lower_bound({slots.platform, slots.first}); at != erased_.end(); ++at) {
    if (at->first != slots.platform || at->second > last) break;
    const auto offset = (at->second.value - slots.first.value) * BackupSlots::kSlotBytes;
    std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(offset), BackupSlots::kSlotBytes, '\0');
  }
  return secrets_->put_slots(slots.platform, slots.first, bytes);
}

void Restoring::require_whole() const {
  for (const auto& [platform, head] : required_) {
    const auto found = heads_.find(platform);
    const auto reached = found == heads_.end() ? Head{} : found->second;
    if (reached != head) {
      reader_.damaged("the log of platform " + std::to_string(platform.value) + " ends at position " +
                      std::to_string(reached.position.value) + ", not with the head in the manifest");
    }
  }
}

Restoring::Done Restoring::build_views() {
  if (auto opened = open_store(); !opened) return opened;
  annals::rebuild(store_->log(), store_->views(), store_->sealer(), store_->digester(), std::nullopt,
                  [this](std::uint64_t done, std::uint64_t of) { progress_("rebuilding", done, of); });
  std::vector<NotedErasure> erasures;
  for (const auto& [key, erasure] : to_erase_) {
    if (erased_.contains(key)) erasures.push_back(erasure);
  }
  persons_erased_ = erasures.size();
  const bool done = erase_again(*store_, options_.directory, erasures) && key_uses_.save(store_->views());
  store_.reset();
  if (!done) return std::unexpected(disk_refuses(options_.directory));
  return {};
}

}  // namespace annals
