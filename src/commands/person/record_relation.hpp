#pragma once

#include "commands/person/relations.hpp"

namespace annals {

/// The records of a kind about persons: all of a duplicate's move to the primary. One that has been deleted or is about
/// another person by then does not go back.
template <AboutPersons Kind>
class RecordRelation : public Relation {
 public:
  std::string_view name() const override { return Kind::relation; }

  MovedRecords moved(const State& state, PersonId duplicate, PersonId, std::span<const MovedRecords>) const override {
    MovedRecords records{std::string(Kind::relation), {}, {}};
    for (const auto id : state.kinds().referring(Kind{}, duplicate)) records.moved.push_back(id.value);
    return records;
  }

  ReturnedRecords returned(const State& state, PersonId, PersonId primary, const MovedRecords& records) const override {
    ReturnedRecords back{std::string(Kind::relation), {}, {}, {}};
    for (const auto id : records.moved) {
      const auto record = state.kinds().record(typename Kind::Id{id});
      if (!record) continue;
      (record->plain.person == primary ? back.returned : back.kept).push_back(id);
    }
    return back;
  }
};

}  // namespace annals
