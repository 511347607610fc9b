#pragma once

#include <chrono>
#include <expected>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/crypto.hpp"
#include "core/sealing.hpp"
#include "core/signing.hpp"
#include "storage/byte_store.hpp"
#include "storage/commit_log.hpp"
#include "storage/quarantine.hpp"

namespace rocksdb {
class Env;
}

namespace annals {

enum class Durability {
  sync,  ///< an append is on the disk when it returns
  os,    ///< an append is with the operating system; synced once a second
};

struct StoreOptions {
  std::filesystem::path directory;
  Durability durability = Durability::sync;
  std::optional<Key> master_key;  ///< nullopt: the generated one in the data directory
  std::size_t block_cache_bytes = 64u << 20;
  bool restoring = false;       ///< opens a directory that a restore is still filling, which nothing else may
  rocksdb::Env* env = nullptr;  ///< every file operation goes through it (tests inject faults); nullptr: the default
};

/// Why a data directory cannot be used, as one sentence that says what to do. The program exits 3 with it.
struct StoreProblem {
  enum class Kind { missing, locked, newer_format, wrong_master_key, corrupt, io } kind;
  std::string sentence;
  std::optional<PlatformId> platform;  ///< corrupt: where, when known
  std::optional<Position> position;
};

/// An open data directory: the log, the views' bytes, the side tables, the subjects' keys, and the heads noted beside
/// RocksDB. Thread-safe but for CommitLog::append and reserve_slot, each of which one thread at a time may call, and
/// reopen, during which nobody may call either.
class Store {
 public:
  virtual ~Store() = default;

  /// Creates the directory when missing; locks it; recovers; compares the log with the noted heads.
  static std::expected<std::unique_ptr<Store>, StoreProblem> open(const StoreOptions& options);
  /// Read-only, beside a running server or alone; sees what was there at the opening. Never writes into the directory.
  static std::expected<std::unique_ptr<Store>, StoreProblem> open_beside(const StoreOptions& options);

  virtual CommitLog& log() = 0;
  virtual ByteStore& views() = 0;
  /// Tables that no log brings back: dropping and rebuilding the views leaves them alone, and no backup holds them. A
  /// write is as durable as an append.
  virtual ByteStore& side_tables() = 0;
  virtual const Sealer& sealer() const = 0;
  virtual const Digester& digester() const = 0;
  /// What the audit heads are signed with: one for each data directory, whatever its master key.
  virtual const SigningKey& signing_key() const = 0;

  /// The next key slot of the platform that no commit has ever named: random, already durable. Throws
  /// std::runtime_error when no slot can be made durable.
  virtual SlotId reserve_slot(PlatformId platform) = 0;

  /// Overwrites the key in the slot for good; again is harmless. False: the disk refuses, do it again later (what was
  /// sealed under it reads as erased at once).
  virtual bool erase_slot(PlatformId platform, SlotId slot) = 0;

  /// After `unknown`: closes, opens again, compares. Readers wait meanwhile. False: try again later.
  virtual bool reopen() = 0;

  /// What opening and reopening found and did without being asked, as sentences for the operator's log.
  virtual std::vector<std::string> notices() const = 0;

  /// Forgets the bytes of every view, files that cannot be read included, before they are filled anew from the log. Not
  /// while anything reads. False: the store does not take it; the views may be gone or not.
  virtual bool drop_views() = 0;

  /// The commits whose events are passed over, by the operator's word; their records say so when they are read.
  virtual const Quarantine& quarantine() const = 0;
  /// Adds one, for good. Before anything else uses the log. False: the disk refuses, or the store is only read.
  virtual bool put_in_quarantine(QuarantinedCommit commit) = 0;

  /// Empty views beside the live ones, to be filled from the log while those are served; dropped with the pointer
  /// unless adopted. One at a time; it must not outlive the store. A reopening leaves nothing of them: using them then
  /// throws std::runtime_error. nullptr: the store refuses.
  virtual std::unique_ptr<ByteStore> begin_views() = 0;
  /// Makes them the live ones, by one synced write: however it is interrupted, the one or the other are. Readers of
  /// those before keep what they froze. Not while anything appends or writes views. False: the store refuses.
  virtual bool adopt_views(ByteStore& next) = 0;

  /// The heads noted last (at most about a second old while serving).
  virtual std::vector<std::pair<PlatformId, Head>> noted_heads() const = 0;
};

}  // namespace annals
