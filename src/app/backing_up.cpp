#include "app/backing_up.hpp"

#include <algorithm>
#include <fstream>
#include <utility>
#include <vector>

#include "app/blind_reading.hpp"
#include "app/erasure_list.hpp"
#include "projections/key_uses.hpp"

namespace annals {
namespace {

constexpr std::size_t kSectionBytes = 1u << 20;
constexpr std::uint64_t kSlotsAtOnce = kSectionBytes / BackupSlots::kSlotBytes;
constexpr std::uint64_t kProgressStride = 4096;

BackupManifest manifest_of(Store& store, const PlatformKeys& keys, const BackupOrder& order, bool has_master_key) {
  BackupManifest manifest{order.created_at, order.program, has_master_key, {}};
  for (const auto platform : store.log().platforms()) {
    manifest.platforms.push_back({platform, keys.of(platform), store.log().head(platform)});
  }
  return manifest;
}

/// The last slot that a commit names; one in quarantine, as far as it can be read. Throws UndecodableCommit.
SlotId last_slot_in(const CommitRecord& commit) {
  SlotId last;
  try {
    read_blindly(commit.bytes, [&](SlotId slot, std::string_view) { last = std::max(last, slot); });
  } catch (const UndecodableEvent& event) {
    if (!commit.quarantined) throw UndecodableCommit(commit.frame.platform, event.position, event.what());
  } catch (const DecodeError& error) {
    if (!commit.quarantined) throw UndecodableCommit(commit.frame.platform, commit.frame.first, error.what());
  }
  return last;
}

}  // namespace

std::expected<BackupManifest, StoreProblem> BackingUp::run(const PlatformKeys& keys) {
  const auto secrets = WrappedSecrets::find(order_.directory);
  if (!secrets) return std::unexpected(secrets.error());
  const auto master_key = secrets->master_key();
  if (!master_key) return std::unexpected(master_key.error());
  const auto manifest = manifest_of(store_, keys, order_, *master_key && !order_.own_master_key);
  out_.add(BackupSection::manifest, manifest.json());
  const auto root_secret = secrets->root_secret();
  if (!root_secret) return std::unexpected(root_secret.error());
  out_.add(BackupSection::root_secret, *root_secret);
  if (manifest.has_master_key) out_.add(BackupSection::master_key, **master_key);
  std::vector<std::pair<PlatformId, SlotId>> last_slots;
  for (const auto& each : manifest.platforms)
    last_slots.emplace_back(each.platform, add_commits(each, manifest.events()));
  // Before the slots: whoever is on the list has lost its key by now.
  add_erasures();
  for (const auto& [platform, last] : last_slots) {
    if (auto added = add_slots(*secrets, platform, last); !added) return std::unexpected(std::move(added.error()));
  }
  for (const auto& each : manifest.platforms) add_key_uses(each.platform);
  if (!store_.quarantine().empty()) out_.add(BackupSection::quarantine, store_.quarantine().lines());
  return manifest;
}

SlotId BackingUp::add_commits(const BackupManifest::Platform& platform, std::uint64_t all) {
  std::string payload;
  SlotId last_slot;
  std::uint64_t shown = 0;
  const auto cursor = store_.log().read(platform.platform, Position{1});
  for (Head head; head.position < platform.head.position;) {
    const auto commit = cursor->next();
    if (!commit) throw LogDamage(platform.platform, Position{head.position.value + 1}, "it is not there");
    head = {commit->frame.last(), commit->hash};
    last_slot = std::max(last_slot, last_slot_in(*commit));
    if (!payload.empty() && payload.size() + commit->bytes.size() > kSectionBytes) {
      out_.add(BackupSection::commits, payload);
      payload.clear();
    }
    BackupCommits::append(payload, commit->bytes);
    if (head.position.value - shown >= kProgressStride) {
      shown = head.position.value;
      progress_(done_ + shown, all);
    }
  }
  if (!payload.empty()) out_.add(BackupSection::commits, payload);
  done_ += platform.head.position.value;
  progress_(done_, all);
  return last_slot;
}

void BackingUp::add_erasures() {
  std::ifstream list(order_.directory / ErasureList::kName, std::ios::binary);
  std::string payload;
  // A last line that is still being written is for the next backup.
  for (std::string line; std::getline(list, line) && !list.eof();) {
    payload += line + '\n';
    if (payload.size() < kSectionBytes) continue;
    out_.add(BackupSection::erasures, payload);
    payload.clear();
  }
  if (!payload.empty()) out_.add(BackupSection::erasures, payload);
}

std::expected<void, StoreProblem> BackingUp::add_slots(const WrappedSecrets& secrets, PlatformId platform,
                                                       SlotId last) {
  for (SlotId first{1}; first <= last; first.value += kSlotsAtOnce) {
    const SlotId until{std::min(last.value, first.value + kSlotsAtOnce - 1)};
    const auto slots = secrets.slots(platform, first, until);
    if (!slots) return std::unexpected(slots.error());
    if (slots->size() != (until.value + 1 - first.value) * BackupSlots::kSlotBytes) {
      return std::unexpected(StoreProblem{StoreProblem::Kind::corrupt,
                                          "The keys of platform " + std::to_string(platform.value) +
                                              " end before the last one that its log names; restore the data "
                                              "directory from a backup.",
                                          platform,
                                          {}});
    }
    out_.add(BackupSection::slots, BackupSlots{platform, first, *slots}.encode());
  }
  return {};
}

void BackingUp::add_key_uses(PlatformId platform) {
  BackupKeyUses saved{platform, {}};
  for (const auto& [key, at] : KeyUses::saved(store_.views().latest(), platform)) {
    saved.uses.emplace_back(key, micros(at));
  }
  if (!saved.uses.empty()) out_.add(BackupSection::key_uses, saved.encode());
}

}  // namespace annals
