#pragma once

#include <utility>

#include "app/past_states.hpp"
#include "projections/queries.hpp"
#include "storage/store.hpp"

namespace annals {

/// Records as they stood at the end of a whole commit of their platform's log: a single one from its own events, lists
/// from the state of then, which is that of now while nothing has happened since. Thread-safe; does not own its
/// arguments. All of it may take long; lists have the Problems of PastStates::at.
class PastRecords : public RecordQueries {
 public:
  PastRecords(Store& store, const Queries& live, PastStates& states, Position position)
      : store_(store), live_(live), states_(states), position_(position) {}

  Result<RecordReading> reading(PlatformId platform) const override;
  std::optional<ShownRecord> person(PlatformId platform, PersonId id) const override;
  std::optional<ShownRecord> organization(PlatformId platform, OrganizationId id) const override;
  Result<Page> persons(PlatformId platform, const PersonFilter& filter, const PageRequest& page) const override;
  Result<Page> organizations(PlatformId platform, const OrganizationFilter& filter,
                             const PageRequest& page) const override;
  bool takes_long(PlatformId, const PersonFilter&) const override { return true; }
  bool takes_long(PlatformId, const OrganizationFilter&) const override { return true; }
  Result<Page> invitations(PlatformId platform, const InvitationFilter& filter, const PageRequest& page,
                           Timestamp now) const override;
  Result<FoundRecords> search(PlatformId platform, const SearchRequest& request, Timestamp now) const override;
  Result<std::string> overview(PlatformId platform, const OverviewRequest& request, Timestamp now) const override;

 private:
  /// What `read` gives of the records of then.
  template <class Read>
  auto read_then(PlatformId platform, const Read& read) const -> decltype(read(std::declval<const RecordQueries&>()));
  bool is_now(PlatformId platform) const { return live_.served_position(platform) == position_; }

  Store& store_;
  const Queries& live_;
  PastStates& states_;
  const Position position_;
};

}  // namespace annals
