#pragma once

#include "storage/rocks_views.hpp"

namespace annals {

/// Empty views beside the live ones; gone with this unless they were adopted. One at a time, while the gate is open.
class NextViews : public RocksViews {
 public:
  /// nullptr: the store refuses.
  static std::unique_ptr<NextViews> begin(EngineGate& gate, const KeyStore& keys, const std::atomic<bool>& refuses);
  ~NextViews() override;
  /// False: the store refuses, and the live ones stay.
  bool adopt();

 private:
  NextViews(EngineGate& gate, const KeyStore& keys, const std::atomic<bool>& refuses);

  EngineGate& gate_;
  bool adopted_ = false;
};

}  // namespace annals
