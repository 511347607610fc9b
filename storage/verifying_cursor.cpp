#include "storage/verifying_cursor.hpp"

#include <set>

namespace annals {
namespace {

/// As far as it looks for the beginning of a commit when the iterator cannot tell.
constexpr std::uint64_t kStepsBackMax = 100'000;

rocksdb::Slice slice(std::string_view bytes) {
  return {bytes.data(), bytes.size()};
}
std::string_view view(const rocksdb::Slice& bytes) {
  return {bytes.data(), bytes.size()};
}

rocksdb::ReadOptions scan_options() {
  rocksdb::ReadOptions options;
  options.fill_cache = false;
  return options;
}

}  // namespace

VerifyingCursor::VerifyingCursor(const Engine& engine, PlatformId platform, Position from, const LogExtent& extent)
    : engine_(engine), platform_(platform), extent_(extent), options_(scan_options()) {
  if (platform.value != UINT64_MAX) {
    upper_key_ = LogKey{PlatformId{platform.value + 1}, Position{0}}.encode();
    upper_ = slice(upper_key_);
    options_.iterate_upper_bound = &upper_;
  }
  iterator_.reset(engine_.db->NewIterator(options_, engine_.log));
  seek(from);
}

void VerifyingCursor::seek(Position from) {
  previous_ = Digest{};
  if (from.value <= 1) return;
  if (extent_.end && from > *extent_.end) {
    expected_ = Position{extent_.end->value + 1};
    advanced_ = true;
    return;
  }
  const auto before = last_readable_before_or_at(from);
  if (!before) return;
  if (before->frame.last() >= from) {
    expected_ = before->frame.first;
    previous_.reset();
  } else {
    expected_ = Position{before->frame.last().value + 1};
    previous_ = before->hash;
  }
}

std::optional<CommitRecord> VerifyingCursor::last_readable_before_or_at(Position from) {
  iterator_->SeekForPrev(LogKey{platform_, from}.encode());
  if (iterator_->Valid()) {
    expected_ = from;
    try {
      const auto key = LogKey::decode(view(iterator_->key()));
      expected_ = key.platform == platform_ ? key.first : Position{1};
      if (key.platform != platform_) return std::nullopt;
      return LogEntry::decode(key, view(iterator_->value()));
    } catch (const DecodeError& damage) {
      damaged(damage.what());
    }
  }
  if (iterator_->status().ok()) return std::nullopt;
  // A block on the way is damaged, perhaps not the one that matters: ask for every position by itself.
  for (std::uint64_t step = 0; step < from.value && step < kStepsBackMax; ++step) {
    const LogKey key{platform_, Position{from.value - step}};
    rocksdb::PinnableSlice found;
    if (!engine_.db->Get(options_, engine_.log, key.encode(), &found).ok()) continue;
    try {
      return LogEntry::decode(key, view(found));
    } catch (const DecodeError&) {
      continue;
    }
  }
  expected_ = from;
  if (from.value > kStepsBackMax) unreadable(iterator_->status());
  expected_ = Position{1};
  return std::nullopt;
}

std::optional<CommitRecord> VerifyingCursor::next() {
  if (reached_end()) return at_end();
  const auto value = find_next();
  if (!value) return at_end();
  return verified(*value);
}

std::optional<CommitRecord> VerifyingCursor::at_end() const {
  if (extent_.noted && expected_ <= extent_.noted->position) {
    damaged("missing; the log once reached position " + std::to_string(extent_.noted->position.value));
  }
  if (extent_.end && expected_ <= *extent_.end) {
    damaged("missing; the log reaches position " + std::to_string(extent_.end->value));
  }
  return std::nullopt;
}

std::optional<rocksdb::Slice> VerifyingCursor::find_next() {
  if (!stumbled_.ok()) return look_up();
  if (advanced_) {
    iterator_->Next();
  } else {
    iterator_->Seek(LogKey{platform_, expected_}.encode());
    advanced_ = true;
  }
  if (iterator_->Valid()) {
    const auto key = key_here();
    if (key.platform != platform_) return std::nullopt;
    if (key.first > expected_) damaged("missing; the next one begins at position " + std::to_string(key.first.value));
    if (key.first < expected_) damaged("another one begins inside the one before");
    return iterator_->value();
  }
  stumbled_ = iterator_->status();
  return stumbled_.ok() ? std::nullopt : look_up();
}

LogKey VerifyingCursor::key_here() const {
  try {
    return LogKey::decode(view(iterator_->key()));
  } catch (const DecodeError& damage) {
    damaged(damage.what());
  }
}

std::optional<rocksdb::Slice> VerifyingCursor::look_up() {
  found_.Reset();
  const auto status = engine_.db->Get(options_, engine_.log, LogKey{platform_, expected_}.encode(), &found_);
  if (status.ok() || (!status.IsNotFound() && find_in_one_table())) return rocksdb::Slice(found_);
  // What the iterator came upon may belong to the next platform.
  const bool may_end_here = !extent_.end && (!extent_.noted || expected_ > extent_.noted->position);
  if (status.IsNotFound() && may_end_here) return std::nullopt;
  unreadable(status.IsNotFound() ? stumbled_ : status);
}

bool VerifyingCursor::find_in_one_table() {
  const auto key = LogKey{platform_, expected_}.encode();
  if (tables_.empty()) engine_.db->GetLiveFilesMetaData(&tables_);
  for (const auto& table : tables_) {
    if (table.column_family_name != engine_.log->GetName()) continue;
    if (key < table.smallestkey || key > table.largestkey) continue;
    auto options = options_;
    options.table_filter = [&](const rocksdb::TableProperties& properties) {
      return properties.orig_file_number == table.file_number;
    };
    const std::unique_ptr<rocksdb::Iterator> only(engine_.db->NewIterator(options, engine_.log));
    only->Seek(key);
    if (!only->Valid() || only->key() != key) continue;
    found_.PinSelf(only->value());
    return true;
  }
  return false;
}

void VerifyingCursor::unreadable(const rocksdb::Status& status) const {
  const auto why = "cannot be read: " + status.ToString();
  if (proves_damage(status)) damaged(why);
  throw LogUnreadable(platform_, expected_, why);
}

CommitRecord VerifyingCursor::verified(const rocksdb::Slice& value) {
  std::optional<CommitRecord> record;
  try {
    record = LogEntry::decode({platform_, expected_}, view(value));
  } catch (const DecodeError& damage) {
    damaged(damage.what());
  }
  if (previous_ && record->frame.previous != *previous_) damaged("it does not follow the one before");
  if (extent_.noted) {
    const auto noted = extent_.noted->position;
    const bool holds_noted = record->frame.first <= noted && noted <= record->frame.last();
    if (holds_noted && (record->frame.last() != noted || record->hash != extent_.noted->hash)) {
      damaged("it is not the one noted when it was the last");
    }
  }
  previous_ = record->hash;
  expected_ = Position{record->frame.last().value + 1};
  return *std::move(record);
}

namespace {

LogKey key_at(const rocksdb::Iterator& iterator) {
  if (iterator.key().size() != LogKey::kBytes)
    throw ReadFailure(rocksdb::Status::Corruption("a key of another length"));
  return LogKey::decode(view(iterator.key()));
}

void require_ok(const rocksdb::Iterator& iterator) {
  if (!iterator.status().ok()) throw ReadFailure(iterator.status());
}

}  // namespace

Heads read_heads(const Engine& engine) {
  Heads heads;
  const std::unique_ptr<rocksdb::Iterator> iterator(engine.db->NewIterator(scan_options(), engine.log));
  PlatformId platform{0};
  for (;;) {
    iterator->Seek(LogKey{platform, Position{0}}.encode());
    require_ok(*iterator);
    if (!iterator->Valid()) return heads;
    platform = key_at(*iterator).platform;
    iterator->SeekForPrev(LogKey{platform, Position{UINT64_MAX}}.encode());
    require_ok(*iterator);
    const auto last = key_at(*iterator);
    try {
      const auto record = LogEntry::decode(last, view(iterator->value()));
      heads[platform] = Head{record.frame.last(), record.hash};
    } catch (const DecodeError& damage) {
      throw LogDamage(platform, last.first, damage.what());
    }
    if (platform.value == UINT64_MAX) return heads;
    ++platform.value;
  }
}

namespace {

/// As far as they can be told: what read_heads would not give because of a damaged block further on.
std::set<PlatformId> readable_platforms(const Engine& engine) {
  std::set<PlatformId> platforms;
  const std::unique_ptr<rocksdb::Iterator> iterator(engine.db->NewIterator(scan_options(), engine.log));
  PlatformId platform{0};
  for (iterator->Seek(LogKey{platform, Position{0}}.encode()); iterator->Valid();
       iterator->Seek(LogKey{platform, Position{0}}.encode())) {
    if (iterator->key().size() != LogKey::kBytes) break;
    platform = key_at(*iterator).platform;
    platforms.insert(platform);
    if (platform.value++ == UINT64_MAX) break;
  }
  return platforms;
}

}  // namespace

std::optional<LogDamage> find_damage(const Engine& engine, const Heads& noted) {
  auto platforms = readable_platforms(engine);
  for (const auto& [platform, head] : noted) platforms.insert(platform);
  for (const auto platform : platforms) {
    LogExtent extent;
    if (const auto it = noted.find(platform); it != noted.end()) extent.noted = it->second;
    try {
      VerifyingCursor cursor(engine, platform, Position{1}, extent);
      while (cursor.next()) continue;
    } catch (const LogUnreadable&) {
      throw;
    } catch (const LogDamage& damage) {
      return damage;
    }
  }
  return std::nullopt;
}

}  // namespace annals
