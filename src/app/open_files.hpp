#pragma once

namespace annals {

/// A connection and a log file each take one: raises the soft limit to the hard one.
void raise_open_files_limit();

}  // namespace annals
