#pragma once

#include "commands/person/relations.hpp"

namespace annals {

/// The tags of persons. All of a duplicate's come to the primary; those that it has already count as dropped: it shows
/// each tag once.
class TagRelation : public Relation {
 public:
  std::string_view name() const override;
  MovedRecords moved(const State& state, PersonId duplicate, PersonId primary,
                     std::span<const MovedRecords> moved_before) const override;
  ReturnedRecords returned(const State& state, PersonId duplicate, PersonId primary,
                           const MovedRecords& records) const override;
};

}  // namespace annals
