#include "projections/stream_positions.hpp"

#include <utility>

#include "projections/view_keys.hpp"

namespace annals {

void note_position(const Projecting& to, ViewId older, Ordinal record, RowPositions& in_row) {
  if (in_row.size() == kRowPositionsMax) {
    const auto key = key_of(record) + key_of(in_row.front());
    to.views.put(to.platform, older, key, pack(std::exchange(in_row, {})));
  }
  in_row.push_back(to.position);
}

std::vector<Position> stream_positions(const ViewReader& views, PlatformId platform, ViewId older, Ordinal record,
                                       const RowPositions& in_row) {
  std::vector<Position> all;
  for (auto at = views.scan(platform, older, key_of(record)); at->valid(); at->next()) {
    const auto chunk = unpack<RowPositions>(at->plain());
    all.insert(all.end(), chunk.begin(), chunk.end());
  }
  all.insert(all.end(), in_row.begin(), in_row.end());
  return all;
}

}  // namespace annals
