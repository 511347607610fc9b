#pragma once

#include <vector>

#include "projections/projecting.hpp"

/// Where the events of one record's stream stand in the log, so that its history costs its own events and not the log.
namespace annals {

/// How many positions a row holds before they move into the view of older ones, all at once.
inline constexpr std::size_t kRowPositionsMax = 64;

/// Notes that the stream's next event stands where `to` stands.
void note_position(const Projecting& to, ViewId older, Ordinal record, RowPositions& in_row);

/// All positions of the stream, ascending.
std::vector<Position> stream_positions(const ViewReader& views, PlatformId platform, ViewId older, Ordinal record,
                                       const RowPositions& in_row);

}  // namespace annals
