#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <set>
#include <stdexcept>
#include <vector>

#include "storage/engine.hpp"

namespace annals {

/// No engine could be opened again: neither reading nor writing is possible until a reopen succeeds.
struct StoreClosed : std::runtime_error {
  StoreClosed() : std::runtime_error("the store is closed until its disk can be used again") {}
};

/// Where everybody finds the engine of the moment, and holds it while using it. Reopening closes the gate: new readers
/// wait, and those inside are waited for.
class EngineGate {
 public:
  /// Holds the engine for as long as it lives; short, since reopening waits for it.
  class Pin {
   public:
    Pin(Pin&& other) noexcept : cell_(std::exchange(other.cell_, nullptr)), engine_(other.engine_) {}
    Pin(const Pin&) = delete;
    Pin& operator=(const Pin&) = delete;
    Pin& operator=(Pin&&) = delete;
    ~Pin() {
      if (cell_ != nullptr) cell_->fetch_sub(1, std::memory_order_release);
    }
    Engine* operator->() const { return engine_; }
    Engine& operator*() const { return *engine_; }

   private:
    friend EngineGate;
    Pin(std::atomic<int>& cell, Engine& engine) : cell_(&cell), engine_(&engine) {}
    std::atomic<int>* cell_;
    Engine* engine_;
  };

  /// A frozen state of views. It outlives their being replaced, and a reopening too, but then reads the state as of
  /// that.
  class Snapshot {
   public:
    Snapshot(EngineGate& gate, ViewsRole role);
    ~Snapshot();
    Snapshot(const Snapshot&) = delete;
    Snapshot& operator=(const Snapshot&) = delete;
    // Only while holding a pin taken before.
    const rocksdb::Snapshot* at() const { return at_; }
    rocksdb::ColumnFamilyHandle* views() const;  ///< throws NextViewsGone

   private:
    friend EngineGate;
    void freeze(Engine* engine);
    EngineGate& gate_;
    const ViewsRole role_;
    const rocksdb::Snapshot* at_ = nullptr;
    Engine::Family views_;
  };

  /// Waits while the gate is closed. Throws StoreClosed when there is no engine.
  Pin pin() const;

  /// Closes the gate and waits for those inside. False when they stayed for longer than `patience`: it is open again.
  bool close(std::chrono::milliseconds patience);
  /// Only while closed. The old engine, if any, ends here; snapshots are moved to the new one.
  void replace(std::unique_ptr<Engine> engine);
  /// Only while closed; nullptr: there is none.
  Engine* engine() { return engine_.get(); }
  void open();

  /// Makes the engine's next views the live ones. One thread, holding a pin; nobody may write views meanwhile.
  rocksdb::Status adopt_next_views();
  /// Lets the files go of views that were replaced, once their last reader has left. One thread, now and then, without
  /// a pin.
  void let_go();

 private:
  struct alignas(64) Cell {
    std::atomic<int> inside{0};
  };
  /// Views that were replaced, with the cells that were found empty since: who enters later finds the new ones.
  struct Replaced {
    Engine::Family views;
    std::array<bool, 16> left{};
    bool all_left() const { return std::ranges::find(left, false) == left.end(); }
  };
  void look_who_left();
  bool empty_within(std::chrono::milliseconds patience) const;

  mutable std::array<Cell, 16> cells_;
  std::atomic<bool> closed_{false};
  mutable std::mutex mutex_;  ///< over waiting
  mutable std::condition_variable opened_;
  std::mutex snapshots_mutex_;
  std::set<Snapshot*> snapshots_;
  std::vector<Replaced> replaced_;  ///< under snapshots_mutex_
  std::unique_ptr<Engine> engine_;
};

}  // namespace annals
