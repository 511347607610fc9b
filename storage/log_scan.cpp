#include "storage/log_scan.hpp"

#include "storage/slices.hpp"

namespace annals {
namespace {

/// As far as it looks for the beginning of a commit when the iterator cannot tell.
constexpr std::uint64_t kStepsBackMax = 100'000;
constexpr std::size_t kReadAheadBytes = 1u << 20;

}  // namespace

rocksdb::ReadOptions scan_options() {
  rocksdb::ReadOptions options;
  options.fill_cache = false;
  return options;
}

LogScan::LogScan(const Engine& engine, PlatformId platform, Position from, const LogExtent& extent)
    : engine_(engine), platform_(platform), extent_(extent), options_(scan_options()) {
  if (platform.value != UINT64_MAX) {
    upper_key_ = LogKey{PlatformId{platform.value + 1}, Position{0}}.encode();
    upper_ = slice(upper_key_);
    options_.iterate_upper_bound = &upper_;
  }
  iterator_.reset(engine_.db->NewIterator(options_, engine_.log));
  seek(from);
}

void LogScan::seek(Position from) {
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

std::optional<CommitRecord> LogScan::last_readable_before_or_at(Position from) {
  iterator_->SeekForPrev(LogKey{platform_, from}.encode());
  if (iterator_->Valid()) {
    expected_ = from;
    try {
      const auto key = LogKey::decode(view_of(iterator_->key()));
      expected_ = key.platform == platform_ ? key.first : Position{1};
      if (key.platform != platform_) return std::nullopt;
      return LogEntry::decode(key, iterator_->value().ToString());
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
      return LogEntry::decode(key, found.ToString());
    } catch (const DecodeError&) {
      continue;
    }
  }
  expected_ = from;
  if (from.value > kStepsBackMax) unreadable(iterator_->status());
  expected_ = Position{1};
  return std::nullopt;
}

void LogScan::read_on() {
  options_.readahead_size = kReadAheadBytes;
  iterator_.reset(engine_.db->NewIterator(options_, engine_.log));
  advanced_ = false;
}

std::optional<FoundCommit> LogScan::next() {
  if (lost_) return std::nullopt;
  const auto value = reached_end() ? std::nullopt : find_next();
  if (!value) {
    require_end();
    return std::nullopt;
  }
  FoundCommit found{expected_, std::string(view_of(*value))};
  step_behind(found.value);
  return found;
}

void LogScan::step_behind(std::string_view value) {
  try {
    ByteReader in(value);
    const auto frame = CommitFrame::decode(in);
    lost_ = frame.count > UINT64_MAX - expected_.value;
    expected_.value += frame.count;
  } catch (const DecodeError&) {
    lost_ = true;
  }
}

void LogScan::require_end() const {
  if (extent_.noted && expected_ <= extent_.noted->position) {
    damaged("missing; the log once reached position " + std::to_string(extent_.noted->position.value));
  }
  if (extent_.end && expected_ <= *extent_.end) {
    damaged("missing; the log reaches position " + std::to_string(extent_.end->value));
  }
}

std::optional<rocksdb::Slice> LogScan::find_next() {
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

LogKey LogScan::key_here() const {
  try {
    return LogKey::decode(view_of(iterator_->key()));
  } catch (const DecodeError& damage) {
    damaged(damage.what());
  }
}

std::optional<rocksdb::Slice> LogScan::look_up() {
  found_.Reset();
  const auto status = engine_.db->Get(options_, engine_.log, LogKey{platform_, expected_}.encode(), &found_);
  if (status.ok() || (!status.IsNotFound() && find_in_one_table())) return rocksdb::Slice(found_);
  // What the iterator came upon may belong to the next platform.
  const bool may_end_here = !extent_.end && (!extent_.noted || expected_ > extent_.noted->position);
  if (status.IsNotFound() && may_end_here) return std::nullopt;
  unreadable(status.IsNotFound() ? stumbled_ : status);
}

bool LogScan::find_in_one_table() {
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

void LogScan::unreadable(const rocksdb::Status& status) const {
  const auto why = "cannot be read: " + status.ToString();
  if (proves_damage(status)) damaged(why);
  throw LogUnreadable(platform_, expected_, why);
}

}  // namespace annals
