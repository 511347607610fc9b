#include "app/log_histories.hpp"

#include "projections/history/person_bundle.hpp"

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

std::optional<std::string> LogHistories::bundle_of(PlatformId platform, PersonId person, Timestamp now) const {
  const auto views = store_.views().snapshot();
  return person_bundle({store_.log(), store_.sealer(), store_.digester(), *views, platform},
                       queries_.platform_key(platform).value_or(std::string()), person, now,
                       [this](UserId user) { return queries_.username(user); });
}

}  // namespace annals
