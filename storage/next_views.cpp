#include "storage/next_views.hpp"

namespace annals {

NextViews::NextViews(EngineGate& gate, const KeyStore& keys, const std::atomic<bool>& refuses)
    : RocksViews(gate, ViewsRole::next, keys, refuses), gate_(gate) {}

std::unique_ptr<NextViews> NextViews::begin(EngineGate& gate, const KeyStore& keys, const std::atomic<bool>& refuses) {
  try {
    const auto pin = gate.pin();
    if (refuses || !pin->takes_writes() || !pin->begin_next_views().ok()) return nullptr;
  } catch (const StoreClosed&) {
    return nullptr;
  }
  return std::unique_ptr<NextViews>(new NextViews(gate, keys, refuses));
}

NextViews::~NextViews() {
  if (adopted_) return;
  try {
    gate_.pin()->discard_next_views();
  } catch (const StoreClosed&) {  // the next opening drops them
  }
}

bool NextViews::adopt() {
  try {
    const auto pin = gate_.pin();
    adopted_ = takes_writes() && gate_.adopt_next_views().ok();
  } catch (const StoreClosed&) {
  }
  return adopted_;
}

}  // namespace annals
