#include "storage/portion_writer.hpp"

#include <rocksdb/sst_file_writer.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "storage/files.hpp"
#include "storage/stored_value.hpp"

namespace annals {
namespace {

constexpr std::size_t kTableBytesMax = 32u << 20;
/// Views of more than this do not share a table: one that is filled in the order of its keys then lands below all
/// others and is never merged again, whatever order the others are filled in.
constexpr std::size_t kSharedBytesMax = 4u << 20;
constexpr int kCompactionTrigger = 4;          ///< RocksDB's own
constexpr int kCompactionTriggerFilling = 16;  ///< below the number at which it slows writes down

/// Sorts by the first bytes alone where they differ.
struct Sortable {
  std::uint64_t prefix;
  const ViewPortion::Change* change;
};

std::uint64_t prefix_of(std::string_view key) {
  std::uint64_t prefix = 0;
  for (std::size_t i = 0; i < 8; ++i) prefix = prefix << 8 | (i < key.size() ? static_cast<unsigned char>(key[i]) : 0u);
  return prefix;
}

std::vector<Sortable> sorted(const std::vector<ViewPortion::Change*>& changes) {
  std::vector<Sortable> all;
  all.reserve(changes.size());
  for (const auto* change : changes) all.push_back({prefix_of(change->key), change});
  std::ranges::sort(all, [](const Sortable& left, const Sortable& right) {
    return left.prefix != right.prefix ? left.prefix < right.prefix : left.change->key < right.change->key;
  });
  return all;
}

std::size_t bytes_of(const std::vector<ViewPortion::Change*>& changes) {
  std::size_t bytes = 0;
  for (const auto* change : changes) bytes += change->key.size() + change->plain.size() + change->data.size();
  return bytes;
}

/// The tables of one portion, sealed on the way.
class Tables {
 public:
  Tables(const Engine& engine, ViewsRole role, const KeyStore& keys, const std::string& directory)
      : options_(engine.db->GetOptions(engine.views(role))), keys_(keys), directory_(directory) {}

  bool add(PlatformId platform, ViewId view, const std::vector<ViewPortion::Change*>& changes) {
    const auto bytes = bytes_of(changes);
    if (table_bytes_ > 0 && table_bytes_ + bytes > kSharedBytesMax && !close()) return false;
    for (const auto& [prefix, change] : sorted(changes)) {
      if (table_bytes_ > kTableBytesMax && !close()) return false;
      if (!add(platform, view, *change)) return false;
    }
    return true;
  }
  bool close() {
    if (!table_) return true;
    const bool finished = table_->Finish().ok();
    table_.reset();
    table_bytes_ = 0;
    return finished;
  }
  const std::vector<std::string>& paths() const { return paths_; }

 private:
  bool add(PlatformId platform, ViewId view, const ViewPortion::Change& change) {
    if (!table_ && !open()) return false;
    ViewKey::assign(key_, platform, view, change.key);
    value_.clear();
    switch (change.kind) {
      case ViewPortion::Change::Kind::erase:
        table_bytes_ += key_.size();
        return table_->Delete(key_).ok();
      case ViewPortion::Change::Kind::plain:
        ValueFormat::append_plain(change.plain, value_);
        break;
      case ViewPortion::Change::Kind::sealed:
        // Erased since it was put: then the view is as if built without the key.
        if (keys_.holds(platform, change.slot)) {
          ValueFormat::append_sealed(keys_, platform, key_, change.plain, change.slot, change.data, value_);
        } else {
          ValueFormat::append_erased(change.plain, change.slot, value_);
        }
        break;
      case ViewPortion::Change::Kind::data_gone:
        ValueFormat::append_erased(change.plain, change.slot, value_);
        break;
    }
    table_bytes_ += key_.size() + value_.size();
    return table_->Put(key_, value_).ok();
  }
  bool open() {
    paths_.push_back(directory_ + '/' + std::to_string(paths_.size()) + ".sst");
    table_.emplace(rocksdb::EnvOptions(options_), options_);
    return table_->Open(paths_.back()).ok();
  }

  rocksdb::Options options_;
  const KeyStore& keys_;
  const std::string& directory_;
  std::vector<std::string> paths_;
  std::optional<rocksdb::SstFileWriter> table_;
  std::size_t table_bytes_ = 0;
  std::string key_;
  std::string value_;
};

}  // namespace

PortionWriter::PortionWriter(EngineGate& gate, ViewsRole role, const KeyStore& keys, const std::atomic<bool>& refuses)
    : gate_(gate), role_(role), keys_(keys), refuses_(refuses) {
  const auto pin = gate_.pin();
  directory_ = pin->db->GetName() + '/' + std::string(kFillingDirectory);
  if (!ready(*pin) || !pin->db->FlushWAL(true).ok()) return;
  if (!pin->db->GetEnv()->CreateDirIfMissing(directory_).ok()) return;
  empty_directory();
  set_compaction_trigger(kCompactionTriggerFilling);
  begun_ = true;
}

PortionWriter::~PortionWriter() {
  if (!begun_) return;
  try {
    set_compaction_trigger(kCompactionTrigger);
    empty_directory();
    const auto pin = gate_.pin();
    // Not before the log that skips numbers is of no more use.
    if (pin->flush().ok()) static_cast<void>(pin->db->GetEnv()->DeleteDir(directory_));
  } catch (const std::runtime_error&) {  // the next opening removes it
  }
}

bool PortionWriter::ready(const Engine& engine) const {
  return !refuses_ && engine.takes_writes();
}

void PortionWriter::empty_directory() {
  auto* env = gate_.pin()->db->GetEnv();
  std::vector<std::string> names;
  if (!env->GetChildren(directory_, &names).ok()) return;
  for (const auto& name : names) static_cast<void>(env->DeleteFile(directory_ + '/' + name));
}

void PortionWriter::set_compaction_trigger(int tables) {
  const auto pin = gate_.pin();
  // Only how fast it goes depends on it.
  static_cast<void>(
      pin->db->SetOptions(pin->views(role_), {{"level0_file_num_compaction_trigger", std::to_string(tables)}}));
}

bool PortionWriter::write(const ViewPortion& portion) {
  if (!begun_) return false;
  if (portion.empty()) return true;
  const auto pin = gate_.pin();
  if (!ready(*pin)) return false;
  Tables tables(*pin, role_, keys_, directory_);
  for (const auto& [place, view] : portion.views()) {
    if (!tables.add(place.first, place.second, view.in_order_of_arrival())) return false;
  }
  if (!tables.close()) return false;
  rocksdb::IngestExternalFileOptions options;
  options.move_files = true;
  options.write_global_seqno = false;
  return pin->db->IngestExternalFile(pin->views(role_), tables.paths(), options).ok();
}

}  // namespace annals
