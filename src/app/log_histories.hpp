#pragma once

#include "app/past_states.hpp"
#include "http/ports.hpp"
#include "projections/queries.hpp"
#include "storage/store.hpp"

namespace annals {

/// Histories from the log of a store that is being written to. Thread-safe; does not own its arguments.
class LogHistories : public Histories {
 public:
  /// `queries`: of now; they know the users' names.
  LogHistories(Store& store, const Queries& queries, PastStates& states)
      : store_(store), queries_(queries), states_(states) {}
  std::optional<std::string> of(PlatformId platform, PersonId person) const override;
  std::optional<std::string> of(PlatformId platform, OrganizationId organization) const override;
  std::optional<std::string> of(PlatformId platform, DealId deal) const override;
  std::optional<std::string> bundle_of(PlatformId platform, PersonId person, Timestamp now) const override;
  std::vector<Position> invitations_erased_at(PlatformId platform, Position erasure) const override;
  Moment moment(PlatformId platform, Position position) const override;
  Moment moment(PlatformId platform, Timestamp at) const override;
  std::shared_ptr<const RecordQueries> records_as_of(Position position) const override;

 private:
  Moment moment_behind(PlatformId platform, Position end) const;

  Store& store_;
  const Queries& queries_;
  PastStates& states_;
};

}  // namespace annals
