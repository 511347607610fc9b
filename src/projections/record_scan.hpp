#pragma once

#include <functional>
#include <vector>

#include "storage/byte_store.hpp"

namespace annals {

/// Reads the records at these ordinals, newest first whatever their order, as one range scan where they stand close and
/// one by one where not. `seen(index into ordinals, record)`; a record that is missing is left out.
void read_records(const ViewReader& views, PlatformId platform, ViewId view, const std::vector<std::uint32_t>& ordinals,
                  const std::function<void(std::size_t index, StoredValue record)>& seen);

}  // namespace annals
