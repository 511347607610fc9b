#pragma once

#include <atomic>
#include <chrono>
#include <expected>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "core/sealing.hpp"
#include "storage/key_file.hpp"
#include "storage/slot_keys.hpp"
#include "storage/store.hpp"

namespace annals {

/// The subjects' keys: one file of fixed slots per platform, filled with random keys ahead of need. Thread-safe, but
/// for `reserve` and `note_clean_stop`, which belong to one thread.
class KeyStore : public Sealer {
 public:
  enum class Access { read_write, read_only };
  /// `stock_runs_low` asks for `top_up` from another thread; it may be called on any.
  static std::expected<std::unique_ptr<KeyStore>, StoreProblem> open(const Files& files, const Key& master,
                                                                     Access access,
                                                                     std::function<void()> stock_runs_low = {});

  ~KeyStore() override;

  /// The next slot that was never handed out, durable with its random key. Throws std::runtime_error when the disk
  /// refuses.
  SlotId reserve(PlatformId platform);
  /// Fills the stocks that run low; a failure shows when `reserve` finds none left.
  void top_up();
  /// Overwrites the key for good; again is harmless. False when the disk refuses: the key is gone from memory, but not
  /// surely from the disk.
  bool erase(PlatformId platform, SlotId slot);
  /// So that the next start wastes no slots. Nothing may be reserved behind it.
  void note_clean_stop();

  /// False when erased, damaged or never filled.
  bool holds(PlatformId platform, SlotId slot) const;

  void seal(PlatformId platform, SlotId slot, std::string_view additional, std::string_view plain,
            std::string& out) const override;
  std::optional<std::string> open(PlatformId platform, SlotId slot, std::string_view additional,
                                  std::string_view sealed) const override;

 private:
  struct Platform {
    explicit Platform(const Files& files, PlatformId p) : id(p), file(files, p) {}
    PlatformId id;
    KeyFile file;
    std::mutex mutex;  ///< over the file and over loading, filling and erasing
    GrowingTable<SlotChunk> chunks;
    std::atomic<std::uint64_t> filled{0};  ///< slots 1 to this are on the disk for good
    std::atomic<std::uint64_t> next{1};    ///< moved by the reserving thread only
    std::atomic<bool> handing_out{false};  ///< the file says that slots are being handed out
    std::atomic<bool> asked_for_more{false};
    bool on_disk = false;
    std::atomic<std::uint64_t> refill{SlotChunk::kSlots};
    std::chrono::steady_clock::time_point last_fill{};
  };

  KeyStore(const Files& files, const Key& master, Access access, std::function<void()> stock_runs_low);
  void require_writable() const;
  std::expected<void, StoreProblem> find_platforms();
  std::expected<void, StoreProblem> take_in(PlatformId platform);
  Platform& platform_of(PlatformId platform);
  SlotState key_of(PlatformId platform, SlotId slot, Key& key) const;
  SlotChunk& chunk_of(Platform& platform, SlotId slot) const;
  SlotChunk& load_chunk(Platform& platform, std::uint64_t number) const;
  rocksdb::Status make_ready(Platform& platform);
  rocksdb::Status fill(Platform& platform);
  void keep(Platform& platform, std::uint64_t first, const std::vector<Key>& keys) const;
  void ask_for_more(Platform& platform);

  const Files& files_;
  Key master_;
  Key mark_key_;
  Access access_;
  std::function<void()> stock_runs_low_;
  std::mutex mutex_;  ///< over adding platforms and `low_`
  mutable GrowingTable<Platform> platforms_;
  std::vector<Platform*> all_;
  std::vector<Platform*> low_;
};

}  // namespace annals
