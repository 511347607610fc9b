#include "storage/engine_gate.hpp"

#include <rocksdb/perf_level.h>

#include <algorithm>
#include <thread>

namespace annals {
namespace {

/// RocksDB no longer counts for this thread what nobody asks for: finding the counters took a fifth of its time.
std::size_t enter_first() {
  static std::atomic<std::size_t> threads{0};
  rocksdb::SetPerfLevel(rocksdb::PerfLevel::kDisable);
  return threads.fetch_add(1);
}

std::size_t cell_of_this_thread() {
  static thread_local const std::size_t mine = enter_first();
  return mine;
}

}  // namespace

EngineGate::Pin EngineGate::pin() const {
  auto& cell = cells_[cell_of_this_thread() % cells_.size()].inside;
  for (;;) {
    cell.fetch_add(1, std::memory_order_seq_cst);
    if (!closed_.load(std::memory_order_seq_cst)) break;
    cell.fetch_sub(1, std::memory_order_release);
    std::unique_lock lock(mutex_);
    opened_.wait(lock, [&] { return !closed_.load(); });
  }
  if (engine_) return {cell, *engine_};
  cell.fetch_sub(1, std::memory_order_release);
  throw StoreClosed();
}

bool EngineGate::empty_within(std::chrono::milliseconds patience) const {
  const auto until = std::chrono::steady_clock::now() + patience;
  for (;;) {
    if (std::all_of(cells_.begin(), cells_.end(), [](const Cell& cell) { return cell.inside.load() == 0; }))
      return true;
    if (std::chrono::steady_clock::now() >= until) return false;
    std::this_thread::sleep_for(std::chrono::microseconds(200));
  }
}

bool EngineGate::close(std::chrono::milliseconds patience) {
  // One inside may be waiting to get in a second time, with a cursor open: let such go on now and then.
  constexpr std::chrono::milliseconds kRound{200};
  const auto until = std::chrono::steady_clock::now() + patience;
  for (;;) {
    closed_.store(true, std::memory_order_seq_cst);
    if (empty_within(kRound)) return true;
    open();
    if (std::chrono::steady_clock::now() >= until) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

void EngineGate::open() {
  {
    const std::lock_guard lock(mutex_);
    closed_.store(false, std::memory_order_seq_cst);
  }
  opened_.notify_all();
}

void EngineGate::replace(std::unique_ptr<Engine> engine) {
  const std::lock_guard lock(snapshots_mutex_);
  for (auto* snapshot : snapshots_) {
    if (snapshot->at_ != nullptr) engine_->db->ReleaseSnapshot(snapshot->at_);
    snapshot->at_ = nullptr;
    snapshot->views_ = nullptr;
  }
  replaced_.clear();
  engine_.reset();
  engine_ = std::move(engine);
  for (auto* snapshot : snapshots_) snapshot->freeze(engine_.get());
}

rocksdb::Status EngineGate::adopt_next_views() {
  const std::lock_guard lock(snapshots_mutex_);
  auto before = engine_->adopt_next_views();
  if (!before) return before.error();
  replaced_.push_back({*std::move(before), {}});
  return rocksdb::Status::OK();
}

void EngineGate::look_who_left() {
  constexpr int kLooks = 20;
  const std::lock_guard lock(snapshots_mutex_);
  for (auto& each : replaced_) {
    for (int look = 0; look < kLooks && !each.all_left(); ++look) {
      for (std::size_t at = 0; at < cells_.size(); ++at) each.left[at] |= cells_[at].inside.load() == 0;
    }
  }
}

void EngineGate::let_go() {
  look_who_left();
  std::vector<Engine::Family> gone;  // freed before the pin and without the lock: their files are deleted
  try {
    const auto held = pin();
    {
      const std::lock_guard lock(snapshots_mutex_);
      for (auto& each : replaced_) {
        if (each.all_left()) gone.push_back(std::move(each.views));
      }
      std::erase_if(replaced_, [](const Replaced& each) { return each.views == nullptr; });
    }
    gone.clear();
  } catch (const StoreClosed&) {  // then they went with the engine
  }
}

EngineGate::Snapshot::Snapshot(EngineGate& gate, ViewsRole role) : gate_(gate), role_(role) {
  const auto pin = gate_.pin();
  const std::lock_guard lock(gate_.snapshots_mutex_);
  freeze(&*pin);
  gate_.snapshots_.insert(this);
}

void EngineGate::Snapshot::freeze(Engine* engine) {
  if (engine == nullptr) return;
  views_ = engine->family(role_);
  // What is not written to needs no freezing.
  if (engine->writable) at_ = engine->db->GetSnapshot();
}

rocksdb::ColumnFamilyHandle* EngineGate::Snapshot::views() const {
  if (!views_) throw NextViewsGone();
  return views_.get();
}

EngineGate::Snapshot::~Snapshot() {
  const std::lock_guard lock(gate_.snapshots_mutex_);
  if (at_ != nullptr) gate_.engine_->db->ReleaseSnapshot(at_);
  views_ = nullptr;  // not later: once this is unknown to the gate the engine may end, and nothing of it must be held
  gate_.snapshots_.erase(this);
}

}  // namespace annals
