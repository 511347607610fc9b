#include "projections/agreement.hpp"

#include <thread>

#include "projections/projections.hpp"

namespace annals {
namespace {

using namespace std::chrono_literals;

constexpr auto kPatience = 2s;
constexpr int kYields = 64;

}  // namespace

std::shared_ptr<const ViewReader> Agreement::views(const PlatformTables& tables) {
  if (tables.replaced) return nullptr;
  auto snapshot = store_.snapshot();
  if (applied_position(platform_, *snapshot) == tables.applied) return snapshot;
  return pauses_ > kYields && Clock::now() > deadline_ ? snapshot : nullptr;
}

void Agreement::pause() {
  if (pauses_++ == 0) deadline_ = Clock::now() + kPatience;
  if (pauses_ < kYields) {
    std::this_thread::yield();
  } else {
    std::this_thread::sleep_for(50us);
  }
}

}  // namespace annals
