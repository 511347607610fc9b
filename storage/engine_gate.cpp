#include "storage/engine_gate.hpp"

#include <algorithm>
#include <thread>

namespace annals {
namespace {

std::size_t cell_of_this_thread() {
  static std::atomic<std::size_t> threads{0};
  static thread_local const std::size_t mine = threads.fetch_add(1);
  return mine;
}

const rocksdb::Snapshot* freeze(Engine* engine) {
  // What is not written to needs no freezing.
  return engine != nullptr && engine->writable ? engine->db->GetSnapshot() : nullptr;
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
  }
  engine_.reset();
  engine_ = std::move(engine);
  for (auto* snapshot : snapshots_) snapshot->at_ = freeze(engine_.get());
}

EngineGate::Snapshot::Snapshot(EngineGate& gate) : gate_(gate) {
  const auto pin = gate_.pin();
  const std::lock_guard lock(gate_.snapshots_mutex_);
  at_ = freeze(&*pin);
  gate_.snapshots_.insert(this);
}

EngineGate::Snapshot::~Snapshot() {
  const std::lock_guard lock(gate_.snapshots_mutex_);
  if (at_ != nullptr) gate_.engine_->db->ReleaseSnapshot(at_);
  gate_.snapshots_.erase(this);
}

}  // namespace annals
