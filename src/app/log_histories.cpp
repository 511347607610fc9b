#include "app/log_histories.hpp"

#include <algorithm>

#include "app/past_records.hpp"
#include "projections/history/erased_invitations.hpp"
#include "projections/history/person_bundle.hpp"
#include "projections/history/record_history.hpp"
#include "projections/history/stream_reading.hpp"

namespace annals {

std::optional<std::string> LogHistories::of(PlatformId platform, PersonId person) const {
  const auto views = store_.views().snapshot();
  return person_history({store_.log(), store_.sealer(), store_.digester(), *views, platform}, person,
                        [this](UserId user) { return queries_.username(user); });
}

std::optional<std::string> LogHistories::of(PlatformId platform, OrganizationId organization) const {
  const auto views = store_.views().snapshot();
  return organization_history({store_.log(), store_.sealer(), store_.digester(), *views, platform}, organization,
                              [this](UserId user) { return queries_.username(user); });
}

std::optional<std::string> LogHistories::of(PlatformId platform, DealId deal) const {
  const auto views = store_.views().snapshot();
  return deal_history({store_.log(), store_.sealer(), store_.digester(), *views, platform}, deal,
                      [this](UserId user) { return queries_.username(user); });
}

std::vector<Position> LogHistories::invitations_erased_at(PlatformId platform, Position erasure) const {
  const auto views = store_.views().snapshot();
  return erased_invitations({store_.log(), store_.sealer(), store_.digester(), *views, platform}, erasure);
}

Moment LogHistories::moment(PlatformId platform, Position position) const {
  return moment_behind(platform, whole_commits_until(store_.log(), platform, position));
}

Moment LogHistories::moment(PlatformId platform, Timestamp at) const {
  return moment_behind(platform, whole_commits_until(store_.log(), store_.sealer(), platform, at));
}

std::shared_ptr<const RecordQueries> LogHistories::records_as_of(Position position) const {
  return std::make_shared<PastRecords>(store_, queries_, states_, position);
}

Moment LogHistories::moment_behind(PlatformId platform, Position end) const {
  end = std::min(end, queries_.served_position(platform));  // what is not answered yet is nobody's past
  if (end.value == 0) return {};
  EventReader reader(store_.log(), store_.sealer(), platform);
  return {end, reader.recorded_at(end)};
}

std::optional<std::string> LogHistories::bundle_of(PlatformId platform, PersonId person, Timestamp now) const {
  const auto views = store_.views().snapshot();
  return person_bundle({store_.log(), store_.sealer(), store_.digester(), *views, platform},
                       queries_.platform_key(platform).value_or(std::string()), person, now,
                       [this](UserId user) { return queries_.username(user); });
}

}  // namespace annals
