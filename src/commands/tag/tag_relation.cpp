#include "commands/tag/tag_relation.hpp"

#include <unordered_set>

namespace annals {
namespace {

constexpr std::string_view kTags = "tags";

}  // namespace

std::string_view TagRelation::name() const {
  return kTags;
}

MovedRecords TagRelation::moved(const State& state, PersonId duplicate, PersonId primary,
                                std::span<const MovedRecords> moved_before) const {
  std::unordered_set<TagId> had;
  for (const auto& held : state.assignments_of(primary)) had.insert(held.tag);
  for (const auto& before : moved_before) {
    for (const auto id : before.moved) had.insert(state.assignment(AssignmentId{id})->tag);
  }
  MovedRecords records{std::string(kTags), {}, {}};
  for (const auto& held : state.assignments_of(duplicate)) {
    (had.insert(held.tag).second ? records.moved : records.dropped).push_back(held.id.value);
  }
  return records;
}

ReturnedRecords TagRelation::returned(const State& state, PersonId, PersonId primary,
                                      const MovedRecords& records) const {
  ReturnedRecords back{std::string(kTags), {}, {}, {}};
  const auto sort = [&](const std::vector<std::uint64_t>& ids, std::vector<std::uint64_t>& still_there) {
    for (const auto id : ids) {
      const auto assignment = state.assignment(AssignmentId{id});
      if (!assignment->attached || !state.kinds().record(assignment->tag)) continue;  // gone: nothing stays anywhere
      (assignment->host == TagHost(primary) ? still_there : back.kept).push_back(id);
    }
  };
  sort(records.moved, back.returned);
  sort(records.dropped, back.restored);
  return back;
}

}  // namespace annals
