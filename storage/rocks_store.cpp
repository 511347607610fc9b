#include "storage/rocks_store.hpp"

#include <chrono>

#include "storage/next_views.hpp"
#include "storage/problems.hpp"
#include "storage/secrets_home.hpp"

namespace annals {
namespace {

constexpr std::chrono::milliseconds kNoteEvery{500};
constexpr std::chrono::milliseconds kReadersPatience{5000};

}  // namespace

std::expected<std::unique_ptr<Store>, StoreProblem> Store::open(const StoreOptions& options) {
  return RocksStore::open(options);
}

std::expected<std::unique_ptr<Store>, StoreProblem> Store::open_beside(const StoreOptions& options) {
  return RocksStore::open_beside(options);
}

RocksStore::RocksStore(const StoreOptions& options)
    : options_(options),
      files_(options.env != nullptr ? *options.env : *rocksdb::Env::Default(), options.directory),
      log_(gate_, options.durability) {}

std::expected<std::unique_ptr<Store>, StoreProblem> RocksStore::open(const StoreOptions& options) {
  std::unique_ptr<RocksStore> store(new RocksStore(options));
  if (auto begun = store->begin_writing(); !begun) return std::unexpected(std::move(begun.error()));
  return store;
}

std::expected<std::unique_ptr<Store>, StoreProblem> RocksStore::open_beside(const StoreOptions& options) {
  std::unique_ptr<RocksStore> store(new RocksStore(options));
  if (auto begun = store->begin_beside(); !begun) return std::unexpected(std::move(begun.error()));
  return store;
}

std::expected<void, StoreProblem> RocksStore::unlock_secrets(bool may_create, KeyStore::Access access) {
  auto home = SecretsHome::find(files_);
  if (!home) return std::unexpected(std::move(home.error()));
  secrets_files_.emplace(home->files(files_));
  if (access == KeyStore::Access::read_write) home->discard_others(files_);
  const auto secrets = open_secrets(*secrets_files_, options_.master_key, may_create);
  if (!secrets) return std::unexpected(secrets.error());
  digests_ = std::make_unique<KeyedDigests>(secrets->root);
  signing_key_.emplace(derive_signing_key(*secrets));
  auto keys = KeyStore::open(*secrets_files_, secrets->master, access, [this] {
    {
      const std::lock_guard lock(house_mutex_);
      keys_run_low_ = true;
    }
    house_.notify_one();
  });
  if (!keys) return std::unexpected(std::move(keys.error()));
  keys_ = *std::move(keys);
  views_ = std::make_unique<RocksViews>(gate_, ViewsRole::live, *keys_, log_.refuses());
  side_tables_ = std::make_unique<RocksViews>(gate_, ViewsRole::side, *keys_, log_.refuses(),
                                              options_.durability == Durability::sync);
  return {};
}

void RocksStore::take_over(Recovered recovered, const Heads& noted) {
  gate_.replace(std::move(recovered.engine));
  log_.begin(std::move(recovered.heads), noted);
  for (auto& sentence : recovered.notices) notice(std::move(sentence));
}

std::expected<void, StoreProblem> RocksStore::begin_writing() {
  if (auto made = make_directory(files_, options_.restoring); !made) return made;
  auto lock = DirectoryLock::take(files_);
  if (!lock) return std::unexpected(std::move(lock.error()));
  lock_ = *std::move(lock);
  auto noted = HeadsFile::read(files_);
  if (!noted) return std::unexpected(std::move(noted.error()));
  noted_ = *std::move(noted);
  const auto made_before = has_database(files_, noted_);
  if (!made_before) return std::unexpected(made_before.error());
  if (auto unlocked = unlock_secrets(!*made_before, KeyStore::Access::read_write); !unlocked) return unlocked;
  if (*made_before && is_missing(files_.look_for(HeadsFile::kName))) {
    notice(files_.path(HeadsFile::kName) +
           " was missing: whether commits are missing at the logs' ends cannot be told");
  }
  auto recovered = recover(files_, options_.block_cache_bytes, noted_, *made_before);
  if (!recovered) return std::unexpected(std::move(recovered.error()));
  take_over(*std::move(recovered), noted_);
  if (auto read = read_quarantine(); !read) return read;
  static_cast<void>(note_heads());
  housekeeper_ = std::thread([this] { keep_house(); });
  return {};
}

std::expected<void, StoreProblem> RocksStore::begin_beside() {
  if (auto there = require_data(files_); !there) return there;
  auto noted = HeadsFile::read(files_);
  if (!noted) return std::unexpected(std::move(noted.error()));
  noted_ = *std::move(noted);
  const auto made_before = has_database(files_, noted_);
  if (!made_before) return std::unexpected(made_before.error());
  if (!*made_before) return std::unexpected(nothing_there(files_));
  scratch_ = make_scratch_directory();
  if (scratch_.empty()) {
    return std::unexpected(problem(StoreProblem::Kind::io,
                                   "No scratch directory can be made under "
                                   "the system's temporary one; check TMPDIR."));
  }
  auto recovered = look_beside(files_, options_.block_cache_bytes, scratch_, noted_);
  if (!recovered) return std::unexpected(std::move(recovered.error()));
  take_over(*std::move(recovered), noted_);
  if (auto read = read_quarantine(); !read) return read;
  // Behind the log: every slot that a commit names is in its file by now.
  return unlock_secrets(false, KeyStore::Access::read_only);
}

RocksStore::~RocksStore() {
  if (housekeeper_.joinable()) {
    {
      const std::lock_guard lock(house_mutex_);
      stopping_ = true;
    }
    house_.notify_one();
    housekeeper_.join();
    keys_->note_clean_stop();
    static_cast<void>(log_.sync());
    static_cast<void>(note_heads());
  }
  gate_.replace(nullptr);
  std::error_code ignored;
  if (!scratch_.empty()) std::filesystem::remove_all(scratch_, ignored);
}

void RocksStore::keep_house() {
  auto next_note = std::chrono::steady_clock::now() + kNoteEvery;
  std::unique_lock lock(house_mutex_);
  while (!stopping_) {
    house_.wait_until(lock, next_note, [this] { return stopping_ || keys_run_low_; });
    const bool fill_keys = std::exchange(keys_run_low_, false);
    lock.unlock();
    if (fill_keys) keys_->top_up();
    if (std::chrono::steady_clock::now() >= next_note) {
      static_cast<void>(note_heads());
      gate_.let_go();
      next_note = std::chrono::steady_clock::now() + kNoteEvery;
    }
    lock.lock();
  }
}

bool RocksStore::note_heads() {
  const std::lock_guard lock(notes_mutex_);
  auto heads = log_.heads();
  if (heads == noted_ && files_.look_for(HeadsFile::kName).ok()) return true;
  switch (options_.durability) {
    case Durability::sync:
      break;
    case Durability::os:
      // What is noted must be found again whatever happens.
      if (!log_.sync()) return false;
      break;
  }
  if (!HeadsFile::write(files_, heads).ok()) return false;
  noted_ = std::move(heads);
  return true;
}

bool RocksStore::disk_takes_writes() const {
  constexpr std::string_view kProbe = "probe";
  const bool taken = files_.replace(kProbe, std::string(256u << 10, 'p')).ok();
  static_cast<void>(files_.env().DeleteFile(files_.path(kProbe)));
  return taken;
}

bool RocksStore::reopen() {
  if (!lock_) return false;
  log_.refuse();
  // Acknowledged is what was synced, which with `os` is what was noted.
  const auto required = options_.durability == Durability::sync ? log_.heads() : noted();
  // Asked before anything is closed: while it refuses, readers are better off with what is open.
  if (!disk_takes_writes() || !gate_.close(kReadersPatience)) return false;
  // No lock is taken while the gate is closed: whoever holds it may be waiting there.
  auto recovered = reopen_engine(required);
  gate_.open();
  if (!recovered) {
    notice("reopening failed: " + recovered.error().sentence);
    return false;
  }
  for (auto& sentence : *recovered) notice(std::move(sentence));
  static_cast<void>(note_heads());
  return true;
}

bool RocksStore::drop_views() {
  if (!lock_ || !gate_.close(kReadersPatience)) return false;
  auto* engine = gate_.engine();
  // What is replaced while nobody is inside goes at once.
  const bool dropped = engine != nullptr && engine->writable && engine->begin_next_views().ok() &&
                       engine->adopt_next_views().has_value();
  gate_.open();
  return dropped;
}

bool RocksStore::put_in_quarantine(QuarantinedCommit commit) {
  auto with_it = log_.quarantine();
  with_it.add(std::move(commit));
  if (!lock_ || !files_.replace(Quarantine::kName, with_it.lines()).ok()) return false;
  log_.pass_over(std::move(with_it));
  return true;
}

std::expected<void, StoreProblem> RocksStore::read_quarantine() {
  auto quarantine = Quarantine::read(files_);
  if (!quarantine) return std::unexpected(std::move(quarantine.error()));
  log_.pass_over(*std::move(quarantine));
  return {};
}

std::unique_ptr<ByteStore> RocksStore::begin_views() {
  return lock_ ? NextViews::begin(gate_, *keys_, log_.refuses()) : nullptr;
}

bool RocksStore::adopt_views(ByteStore& next) {
  const bool adopted = dynamic_cast<NextViews&>(next).adopt();
  if (!adopted) log_.refuse();  // which of them the disk has is unknown: only a reopening tells
  return adopted;
}

std::expected<std::vector<std::string>, StoreProblem> RocksStore::reopen_engine(const Heads& required) {
  gate_.replace(nullptr);
  auto recovered = recover(files_, options_.block_cache_bytes, required, true);
  if (recovered) {
    gate_.replace(std::move(recovered->engine));
    log_.resume(std::move(recovered->heads));
    return std::move(recovered->notices);
  }
  // Reading goes on meanwhile, if it can.
  if (auto engine = Engine::open(files_, {Engine::Mode::read_only, options_.block_cache_bytes, {}})) {
    gate_.replace(*std::move(engine));
  }
  return std::unexpected(std::move(recovered.error()));
}

void RocksStore::notice(std::string sentence) {
  const std::lock_guard lock(notes_mutex_);
  // Reopening is tried again and again.
  if (notices_.empty() || notices_.back() != sentence) notices_.push_back(std::move(sentence));
}

std::vector<std::string> RocksStore::notices() const {
  const std::lock_guard lock(notes_mutex_);
  return notices_;
}

Heads RocksStore::noted() const {
  const std::lock_guard lock(notes_mutex_);
  return noted_;
}

std::vector<std::pair<PlatformId, Head>> RocksStore::noted_heads() const {
  const auto heads = noted();
  return {heads.begin(), heads.end()};
}

}  // namespace annals
