#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "storage/data_directory.hpp"
#include "storage/engine_gate.hpp"
#include "storage/key_store.hpp"
#include "storage/keyed_digests.hpp"
#include "storage/recovery.hpp"
#include "storage/rocks_log.hpp"
#include "storage/rocks_views.hpp"
#include "storage/secrets.hpp"

namespace annals {

class RocksStore : public Store {
 public:
  static std::expected<std::unique_ptr<Store>, StoreProblem> open(const StoreOptions& options);
  static std::expected<std::unique_ptr<Store>, StoreProblem> open_beside(const StoreOptions& options);
  ~RocksStore() override;

  CommitLog& log() override { return log_; }
  ByteStore& views() override { return *views_; }
  ByteStore& side_tables() override { return *side_tables_; }
  const Sealer& sealer() const override { return *keys_; }
  const Digester& digester() const override { return *digests_; }
  const SigningKey& signing_key() const override { return *signing_key_; }
  SlotId reserve_slot(PlatformId platform) override { return keys_->reserve(platform); }
  bool erase_slot(PlatformId platform, SlotId slot) override { return keys_->erase(platform, slot); }
  bool reopen() override;
  bool drop_views() override;
  const Quarantine& quarantine() const override { return log_.quarantine(); }
  bool put_in_quarantine(QuarantinedCommit commit) override;
  std::unique_ptr<ByteStore> begin_views() override;
  bool adopt_views(ByteStore& next) override;
  std::vector<std::string> notices() const override;
  std::vector<std::pair<PlatformId, Head>> noted_heads() const override;

 private:
  explicit RocksStore(const StoreOptions& options);
  std::expected<void, StoreProblem> begin_writing();
  std::expected<void, StoreProblem> begin_beside();
  std::expected<void, StoreProblem> unlock_secrets(bool may_create, KeyStore::Access access);
  std::expected<void, StoreProblem> read_quarantine();
  void take_over(Recovered recovered, const Heads& noted);
  std::expected<std::vector<std::string>, StoreProblem> reopen_engine(const Heads& required);
  bool disk_takes_writes() const;
  void keep_house();
  bool note_heads();
  Heads noted() const;
  void notice(std::string sentence);

  StoreOptions options_;
  Files files_;
  std::unique_ptr<DirectoryLock> lock_;  ///< nullptr: beside
  std::filesystem::path scratch_;        ///< beside; removed at the end
  std::optional<Files> secrets_files_;   ///< where the wrapped secrets stand
  std::unique_ptr<KeyStore> keys_;
  std::optional<SigningKey> signing_key_;
  std::unique_ptr<KeyedDigests> digests_;
  EngineGate gate_;
  RocksLog log_;
  std::unique_ptr<RocksViews> views_;
  std::unique_ptr<RocksViews> side_tables_;

  mutable std::mutex notes_mutex_;  ///< over the file `heads`, `noted_` and `notices_`
  Heads noted_;
  std::vector<std::string> notices_;

  std::mutex house_mutex_;
  std::condition_variable house_;
  bool stopping_ = false;
  bool keys_run_low_ = false;
  std::thread housekeeper_;  ///< notes the heads, syncs (durability `os`), fills key stocks, frees replaced views
};

}  // namespace annals
