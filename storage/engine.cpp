#include "storage/engine.hpp"

#include <rocksdb/cache.h>
#include <rocksdb/env.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/listener.h>
#include <rocksdb/table.h>

#include <chrono>
#include <utility>
#include <vector>

namespace annals {
namespace {

// On disk; never change.
constexpr const char* kLogFamily = "log";
constexpr const char* kViewsFamily = "views";

/// Write buffers, of which each family may hold two; the budget of resident memory stands behind them. The views' are
/// larger: what is flushed in fewer, larger files is merged less often.
constexpr std::size_t kLogBufferBytes = 16u << 20;
constexpr std::size_t kViewsBufferBytes = 32u << 20;
constexpr std::size_t kMetaBufferBytes = 4u << 20;
constexpr std::size_t kAllWriteBuffersBytes = 96u << 20;
/// Tables older than this are merged into the last level, however few they are.
constexpr std::chrono::seconds kOverwrittenKept = std::chrono::days(1);

/// Tells when RocksDB stops taking writes for reasons of its own, and keeps it from going on by itself: only a reopen,
/// which compares, may do that.
class FailureListener : public rocksdb::EventListener {
 public:
  explicit FailureListener(std::shared_ptr<std::atomic<bool>> failed) : failed_(std::move(failed)) {}
  void OnBackgroundError(rocksdb::BackgroundErrorReason, rocksdb::Status*) override { *failed_ = true; }
  void OnErrorRecoveryBegin(rocksdb::BackgroundErrorReason, rocksdb::Status, bool* auto_recovery) override {
    *auto_recovery = false;
  }

 private:
  std::shared_ptr<std::atomic<bool>> failed_;
};

/// What RocksDB would note in a file of its own. Not kept: once a full disk has refused a line, the next line ends the
/// process by an assertion. What matters comes as a status.
class NoLog : public rocksdb::Logger {
 public:
  using rocksdb::Logger::Logv;
  void Logv(const char*, va_list) override {}
};

rocksdb::DBOptions database_options(const Files& files, const Engine::Options& options, Engine& engine) {
  rocksdb::DBOptions db;
  db.env = &files.env();
  db.create_if_missing = options.mode == Engine::Mode::create;
  // When the views were being dropped as the program died: they are filled from the log again, which has its heads.
  db.create_missing_column_families = options.mode == Engine::Mode::create || options.mode == Engine::Mode::write;
  db.wal_recovery_mode = options.mode == Engine::Mode::salvage
                             ? rocksdb::WALRecoveryMode::kSkipAnyCorruptedRecords
                             : rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  db.paranoid_checks = options.mode != Engine::Mode::salvage;
  db.max_open_files = -1;
  db.max_background_jobs = 2;
  db.db_write_buffer_size = kAllWriteBuffersBytes;
  db.allow_concurrent_memtable_write = false;  // one thread appends
  db.max_total_wal_size = 2 * kAllWriteBuffersBytes;
  db.bytes_per_sync = 1u << 20;
  db.info_log = std::make_shared<NoLog>();
  db.stats_dump_period_sec = db.stats_persist_period_sec = 0;
  db.max_bgerror_resume_count = 0;
  db.listeners.push_back(std::make_shared<FailureListener>(engine.failed_behind));
  db.wal_filter = engine.wal_watch.get();
  return db;
}

rocksdb::BlockBasedTableOptions table_options(const std::shared_ptr<rocksdb::Cache>& cache, std::size_t block_bytes) {
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = cache;
  table.block_size = block_bytes;
  table.format_version = 5;
  // For the log too: looking for one commit seldom stumbles over a damaged block that holds others.
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  return table;
}

rocksdb::ColumnFamilyOptions family_options(const rocksdb::BlockBasedTableOptions& table,
                                            std::size_t write_buffer_bytes) {
  rocksdb::ColumnFamilyOptions family;
  family.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  family.compression = rocksdb::kNoCompression;  // most bytes are sealed
  family.write_buffer_size = write_buffer_bytes;
  family.max_write_buffer_number = 2;
  family.level_compaction_dynamic_level_bytes = true;
  // A quiet server gets rid of what was overwritten by itself.
  family.ttl = static_cast<std::uint64_t>(kOverwrittenKept.count());
  return family;
}

/// Views are mostly read one by one.
rocksdb::ColumnFamilyOptions views_options(const std::shared_ptr<rocksdb::Cache>& cache) {
  auto table = table_options(cache, 8192);
  table.data_block_index_type = rocksdb::BlockBasedTableOptions::kDataBlockBinaryAndHash;
  auto family = family_options(table, kViewsBufferBytes);
  family.memtable_prefix_bloom_size_ratio = 0.05;
  family.memtable_whole_key_filtering = true;
  return family;
}

/// Those that are there; the first one when there is none.
std::vector<std::string> views_families(const rocksdb::DBOptions& options, const std::string& directory) {
  std::vector<std::string> names;
  static_cast<void>(rocksdb::DB::ListColumnFamilies(options, directory, &names));  // opening says what is wrong
  std::erase_if(names, [](const auto& name) { return !is_views_family(name); });
  if (names.empty()) names.emplace_back(kViewsFamily);
  return names;
}

std::vector<rocksdb::ColumnFamilyDescriptor> families(const Engine::Options& options,
                                                      const std::vector<std::string>& views) {
  const auto cache = rocksdb::NewLRUCache(options.block_cache_bytes);
  std::vector<rocksdb::ColumnFamilyDescriptor> all{
      {rocksdb::kDefaultColumnFamilyName, family_options(table_options(cache, 4096), kMetaBufferBytes)},
      {kLogFamily, family_options(table_options(cache, 32768), kLogBufferBytes)}};  // read one after the other
  for (const auto& name : views) all.emplace_back(name, views_options(cache));
  return all;
}

/// What a filling left that was killed.
void remove_filling(rocksdb::Env& env, const std::string& database) {
  const auto directory = database + '/' + std::string(kFillingDirectory);
  std::vector<std::string> names;
  if (!env.GetChildren(directory, &names).ok()) return;
  for (const auto& name : names) static_cast<void>(env.DeleteFile(directory + '/' + name));
  static_cast<void>(env.DeleteDir(directory));
}

/// `views-8` behind `views-7`.
std::string name_behind(std::string_view name) {
  const auto dash = name.find('-');
  const auto number = dash == std::string_view::npos ? 0 : std::stoull(std::string(name.substr(dash + 1)));
  return kViewsFamily + ("-" + std::to_string(number + 1));
}

}  // namespace

bool is_views_family(std::string_view name) {
  const std::string_view base = kViewsFamily;
  if (!name.starts_with(base)) return false;
  name.remove_prefix(base.size());
  if (name.empty()) return true;
  name.remove_prefix(1);
  constexpr std::size_t kDigitsMax = 18;
  return !name.empty() && name.size() <= kDigitsMax && name.find_first_not_of("0123456789") == std::string_view::npos;
}

std::expected<std::unique_ptr<Engine>, rocksdb::Status> Engine::open(const Files& files, const Options& options) {
  auto engine = std::make_unique<Engine>();
  const auto directory = files.path(kDatabaseDirectory);
  engine->failed_behind = std::make_shared<std::atomic<bool>>(false);
  if (options.mode != Mode::beside) {
    const auto on_gap = options.mode == Mode::salvage ? WalWatch::OnGap::go_on : WalWatch::OnGap::refuse;
    engine->wal_watch = std::make_unique<WalWatch>(files, directory, on_gap);
  }
  const auto db_options = database_options(files, options, *engine);
  const auto views = views_families(db_options, directory);
  const auto descriptors = families(options, views);
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* db = nullptr;
  rocksdb::Status status;
  switch (options.mode) {
    case Mode::create:
    case Mode::write:
      status = rocksdb::DB::Open(db_options, directory, descriptors, &handles, &db);
      engine->writable = true;
      break;
    case Mode::beside:
      status =
          rocksdb::DB::OpenAsSecondary(db_options, directory, options.scratch.string(), descriptors, &handles, &db);
      break;
    case Mode::read_only:
    case Mode::salvage:
      status = rocksdb::DB::OpenForReadOnly(db_options, directory, descriptors, &handles, &db);
      break;
  }
  if (!status.ok()) return std::unexpected(status);
  engine->db.reset(db);
  engine->meta = handles[0];
  engine->log = handles[1];
  engine->views_options_ = descriptors[2].options;
  if (engine->writable) remove_filling(files.env(), directory);
  status = engine->choose_views(views, {handles.begin() + 2, handles.end()}, options.mode);
  if (!status.ok()) return std::unexpected(status);
  return engine;
}

Engine::Family Engine::owned(rocksdb::ColumnFamilyHandle* handle) const {
  return {handle, [in = db.get()](auto* gone) { static_cast<void>(in->DestroyColumnFamilyHandle(gone)); }};
}

/// Its files go with its last holder.
void Engine::drop(const Family& family) const {
  // When the disk refuses it goes at the next opening.
  static_cast<void>(db->DropColumnFamily(family.get()));
}

rocksdb::Status Engine::read_live_name(std::string& name) const {
  const auto status =
      db->Get(rocksdb::ReadOptions(), meta, rocksdb::Slice(kLiveViewsKey.data(), kLiveViewsKey.size()), &name);
  if (!status.IsNotFound()) return status;
  name = kViewsFamily;
  return rocksdb::Status::OK();
}

/// Of the families that are there, the live one stays.
rocksdb::Status Engine::choose_views(const std::vector<std::string>& names,
                                     const std::vector<rocksdb::ColumnFamilyHandle*>& handles, Mode mode) {
  std::vector<Family> all;
  for (auto* handle : handles) all.push_back(owned(handle));
  std::string live;
  if (const auto status = read_live_name(live); !status.ok()) {
    if (mode != Mode::salvage) return status;
    live = names.front();  // the log is what is looked for
  }
  for (std::size_t at = 0; at < all.size(); ++at) {
    if (names[at] == live) {
      live_ = all[at];
    } else if (writable) {
      drop(all[at]);
    }
  }
  if (!live_ && !writable) return rocksdb::Status::InvalidArgument("Column family not found", live);
  if (!live_) {  // filled from the log again
    auto created = create_views(live);
    if (!created) return created.error();
    live_ = *std::move(created);
  }
  live_handle_ = live_.get();
  return rocksdb::Status::OK();
}

std::expected<Engine::Family, rocksdb::Status> Engine::create_views(const std::string& name) const {
  rocksdb::ColumnFamilyHandle* handle = nullptr;
  auto status = db->CreateColumnFamily(views_options_, name, &handle);
  if (!status.ok()) return std::unexpected(std::move(status));
  return owned(handle);
}

rocksdb::Status Engine::flush() const {
  std::vector<rocksdb::ColumnFamilyHandle*> all{meta, log, live_.get()};
  if (next_) all.push_back(next_.get());
  return db->Flush(rocksdb::FlushOptions(), all);
}

rocksdb::ColumnFamilyHandle* Engine::views(ViewsRole role) const {
  switch (role) {
    case ViewsRole::live:
      return live_handle_.load();
    case ViewsRole::next:
      break;
    case ViewsRole::side:
      return meta;
  }
  if (!next_) throw NextViewsGone();
  return next_.get();
}

Engine::Family Engine::family(ViewsRole role) const {
  switch (role) {
    case ViewsRole::live:
      return live_;
    case ViewsRole::next:
      return next_;
    case ViewsRole::side:
      return Family(Family(), meta);  // ends with the engine
  }
  return nullptr;
}

rocksdb::Status Engine::begin_next_views() {
  discard_next_views();
  auto created = create_views(name_behind(live_->GetName()));
  if (!created) return created.error();
  next_ = *std::move(created);
  return rocksdb::Status::OK();
}

void Engine::discard_next_views() {
  if (const auto gone = std::exchange(next_, nullptr)) drop(gone);
}

std::expected<Engine::Family, rocksdb::Status> Engine::adopt_next_views() {
  if (!next_) throw NextViewsGone();
  rocksdb::WriteOptions durably;
  durably.sync = true;
  auto status = db->Put(durably, meta, rocksdb::Slice(kLiveViewsKey.data(), kLiveViewsKey.size()), next_->GetName());
  if (!status.ok()) return std::unexpected(std::move(status));
  auto before = std::exchange(live_, std::exchange(next_, nullptr));
  live_handle_ = live_.get();
  drop(before);
  return before;
}

Engine::~Engine() {
  if (!db) return;
  live_.reset();
  next_.reset();
  for (auto* family : {meta, log}) {
    if (family != nullptr) static_cast<void>(db->DestroyColumnFamilyHandle(family));
  }
  static_cast<void>(db->Close());
}

}  // namespace annals
