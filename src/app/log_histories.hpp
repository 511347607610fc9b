#pragma once

#include "http/ports.hpp"
#include "projections/queries.hpp"
#include "storage/store.hpp"

namespace annals {

/// Histories from the log of a store that is being written to. Thread-safe; does not own its arguments.
class LogHistories : public Histories {
 public:
  /// `queries` know the users' names.
  LogHistories(Store& store, const Queries& queries) : store_(store), queries_(queries) {}
  std::optional<std::string> of(PlatformId platform, PersonId person) const override;
  std::optional<std::string> of(PlatformId platform, OrganizationId organization) const override;
  std::optional<std::string> bundle_of(PlatformId platform, PersonId person, Timestamp now) const override;

 private:
  Store& store_;
  const Queries& queries_;
};

}  // namespace annals
