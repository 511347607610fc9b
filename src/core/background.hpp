#pragma once

namespace annals {

/// From now on the calling thread yields the core to those that are not in the background: it is ten steps less urgent
/// than the process (nice, which Linux keeps for each thread). It still gets its tenth of a busy core.
void run_in_background();

}  // namespace annals
