#pragma once

#include <optional>

#include "core/sealing.hpp"
#include "projections/indexes/conjunction.hpp"
#include "projections/kinds/kind_queries.hpp"
#include "projections/queries.hpp"
#include "projections/tables.hpp"

/// The one place that says which sets of rows a filter means. What texts are searched for is not looked at here. The
/// conjunctions are good as long as the tables do not change.
namespace annals {

/// What must be computed of a filter once, however often it is asked.
struct PersonMatching {
  PersonMatching(const PersonFilter& asked, PlatformId platform, const Digester& digester);
  Conjunction in(const PlatformTables& tables) const;

  const PersonFilter& filter;
  std::optional<Digest128> metadata_key;
};

struct OrganizationMatching {
  Conjunction in(const PlatformTables& tables) const;

  const OrganizationFilter& filter;
};

/// But for the range of `expected_close_date`.
struct DealMatching {
  DealMatching(const DealFilter& asked, PlatformId of, const Digester& digester);
  Conjunction in(const PlatformTables& tables) const;

  const DealFilter& filter;
  PlatformId platform;
  std::optional<Digest128> metadata_key;
};

/// But for the range of `schedule_from`.
struct ActivityMatching {
  ActivityMatching(const ActivityFilter& asked, PlatformId of, const Digester& digester);
  Conjunction in(const PlatformTables& tables) const;

  const ActivityFilter& filter;
  PlatformId platform;
  std::optional<Digest128> metadata_key;
};

}  // namespace annals
