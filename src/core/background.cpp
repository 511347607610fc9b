#include "core/background.hpp"

#include <sys/resource.h>
#include <unistd.h>

namespace annals {

void run_in_background() {
  constexpr int kSteps = 10;
  const auto thread = static_cast<id_t>(gettid());
  const int urgency = getpriority(PRIO_PROCESS, thread);
  setpriority(PRIO_PROCESS, thread, urgency + kSteps);  // refused only when made more urgent
}

}  // namespace annals
