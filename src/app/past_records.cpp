#include "app/past_records.hpp"

#include "projections/history/record_history.hpp"

namespace annals {

template <class Read>
auto PastRecords::read_then(PlatformId platform, const Read& read) const
    -> decltype(read(std::declval<const RecordQueries&>())) {
  if (is_now(platform)) {
    auto found = read(live_);
    if (is_now(platform)) return found;  // no write came in between
  }
  const auto then = states_.at(platform, position_);
  if (!then) return std::unexpected(then.error());
  return read(**then);
}

Result<RecordReading> PastRecords::reading(PlatformId platform) const {
  auto now = live_.reading(platform);
  if (now) {
    now->until = position_;
    now->then = [this, platform] { return states_.at(platform, position_); };
  }
  if (is_now(platform)) return now;
  const auto then = states_.at(platform, position_);
  if (!then) return std::unexpected(then.error());
  auto past = (*then)->reading(platform);
  if (past) past->kept = *then;
  return past;
}

std::optional<ShownRecord> PastRecords::person(PlatformId platform, PersonId id) const {
  const auto views = store_.views().snapshot();
  return person_as_of({store_.log(), store_.sealer(), store_.digester(), *views, platform}, id, position_);
}

std::optional<ShownRecord> PastRecords::organization(PlatformId platform, OrganizationId id) const {
  const auto views = store_.views().snapshot();
  return organization_as_of({store_.log(), store_.sealer(), store_.digester(), *views, platform}, id, position_);
}

Result<Page> PastRecords::persons(PlatformId platform, const PersonFilter& filter, const PageRequest& page) const {
  return read_then(platform, [&](const RecordQueries& records) { return records.persons(platform, filter, page); });
}

Result<Page> PastRecords::organizations(PlatformId platform, const OrganizationFilter& filter,
                                        const PageRequest& page) const {
  return read_then(platform,
                   [&](const RecordQueries& records) { return records.organizations(platform, filter, page); });
}

Result<Page> PastRecords::invitations(PlatformId platform, const InvitationFilter& filter, const PageRequest& page,
                                      Timestamp now) const {
  return read_then(platform,
                   [&](const RecordQueries& records) { return records.invitations(platform, filter, page, now); });
}

Result<FoundRecords> PastRecords::search(PlatformId platform, const SearchRequest& request, Timestamp now) const {
  return read_then(platform, [&](const RecordQueries& records) { return records.search(platform, request, now); });
}

Result<std::string> PastRecords::overview(PlatformId platform, const OverviewRequest& request, Timestamp now) const {
  return read_then(platform, [&](const RecordQueries& records) { return records.overview(platform, request, now); });
}

}  // namespace annals
