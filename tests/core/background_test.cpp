#include "core/background.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <thread>

namespace annals::background_test {
namespace {

int urgency() {
  return getpriority(PRIO_PROCESS, static_cast<id_t>(gettid()));
}

}  // namespace

TEST_CASE("a thread in the background is less urgent, and it alone", "[core]") {
  const int before = urgency();
  int behind = before;
  std::thread([&behind] {
    run_in_background();
    behind = urgency();
  }).join();
  CHECK(behind == std::min(before + 10, 19));
  CHECK(urgency() == before);
}

}  // namespace annals::background_test
