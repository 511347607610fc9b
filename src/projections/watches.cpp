#include "projections/watches.hpp"

namespace annals {

void Watches::add(Watch& watch) {
  const std::scoped_lock lock(mutex_);
  watches_.push_back(&watch);
}

void Watches::remove(Watch& watch) {
  const std::scoped_lock lock(mutex_);
  std::erase(watches_, &watch);
}

}  // namespace annals
