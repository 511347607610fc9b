#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <string_view>

#include "events/person_events.hpp"

/// Of what a merge, or taking it back, did to the records of one relation; nothing when it did not know of it.
namespace annals {

template <class Records>
const Records* records_of_relation(const std::vector<Records>& relations, std::string_view relation) {
  const auto found = std::ranges::find(relations, relation, &Records::relation);
  return found == relations.end() ? nullptr : &*found;
}

inline std::span<const std::uint64_t> moved_records(const PersonMerged& event, std::string_view relation) {
  const auto* records = records_of_relation(event.relations, relation);
  return records == nullptr ? std::span<const std::uint64_t>() : records->moved;
}
inline std::span<const std::uint64_t> dropped_records(const PersonMerged& event, std::string_view relation) {
  const auto* records = records_of_relation(event.relations, relation);
  return records == nullptr ? std::span<const std::uint64_t>() : records->dropped;
}
inline std::span<const std::uint64_t> returned_records(const PersonUnmerged& event, std::string_view relation) {
  const auto* records = records_of_relation(event.relations, relation);
  return records == nullptr ? std::span<const std::uint64_t>() : records->returned;
}
inline std::span<const std::uint64_t> restored_records(const PersonUnmerged& event, std::string_view relation) {
  const auto* records = records_of_relation(event.relations, relation);
  return records == nullptr ? std::span<const std::uint64_t>() : records->restored;
}

}  // namespace annals
