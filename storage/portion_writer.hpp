#pragma once

#include <atomic>
#include <string>

#include "storage/engine_gate.hpp"
#include "storage/key_store.hpp"
#include "storage/view_portion.hpp"

namespace annals {

/// Puts portions into the store as tables of their own, whole or not at all, without write-ahead log and memtables.
/// While it lives, compaction lets more tables stand side by side than else: each portion brings a few.
class PortionWriter {
 public:
  /// Makes what was written before durable: a mark, for example, that says what is about to happen.
  PortionWriter(EngineGate& gate, ViewsRole role, const KeyStore& keys, const std::atomic<bool>& refuses);
  ~PortionWriter();
  PortionWriter(const PortionWriter&) = delete;
  PortionWriter& operator=(const PortionWriter&) = delete;

  /// On the disk for good when true. False: the store refuses.
  bool write(const ViewPortion& portion);

 private:
  bool ready(const Engine& engine) const;
  void empty_directory();
  void set_compaction_trigger(int tables);

  EngineGate& gate_;
  const ViewsRole role_;
  const KeyStore& keys_;
  const std::atomic<bool>& refuses_;
  std::string directory_;
  bool begun_ = false;
};

}  // namespace annals
