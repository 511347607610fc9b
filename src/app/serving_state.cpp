#include "app/serving_state.hpp"

#include <utility>

namespace annals {

void ServingState::not_ready(std::string reason) {
  const std::scoped_lock lock(mutex_);
  reason_ = std::move(reason);
  ready_ = false;
}

void ServingState::ready() {
  ready_ = true;
}

std::optional<std::string> ServingState::not_ready_reason() const {
  if (ready_) return std::nullopt;
  const std::scoped_lock lock(mutex_);
  return reason_;
}

}  // namespace annals
