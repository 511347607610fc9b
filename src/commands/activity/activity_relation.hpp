#pragma once

#include "commands/person/record_relation.hpp"

namespace annals {

/// An activity about a deal stays with the deal: it goes back when the deal does, also when it came up meanwhile.
class ActivityRelation : public RecordRelation<Activity> {
 public:
  ReturnedRecords returned(const State& state, PersonId duplicate, PersonId primary,
                           const MovedRecords& records) const override;
};

}  // namespace annals
