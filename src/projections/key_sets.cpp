#include "projections/key_sets.hpp"

namespace annals {

KeySets::Number KeySets::take(const Set& keys) {
  if (keys.empty()) return kEmpty;
  const auto [found, is_new] = numbers_.try_emplace(keys, kEmpty);
  if (is_new) {
    if (free_.empty()) {
      free_.push_back(static_cast<Number>(uses_.size()));
      uses_.emplace_back();
    }
    found->second = free_.back();
    free_.pop_back();
    uses_[found->second] = Use{found, 0};
  }
  ++uses_[found->second].rows;
  return found->second;
}

void KeySets::drop(Number set) {
  if (set == kEmpty || --uses_[set].rows > 0) return;
  numbers_.erase(uses_[set].set);
  uses_[set] = Use{};
  free_.push_back(set);
}

const KeySets::Set& KeySets::keys(Number set) const {
  static const Set none;
  return set == kEmpty ? none : uses_[set].set->first;
}

}  // namespace annals
