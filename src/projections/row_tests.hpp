#pragma once

#include <optional>
#include <vector>

#include "core/sealing.hpp"
#include "projections/queries.hpp"
#include "projections/tables.hpp"

/// Filters made ready to be asked row by row. The one place that says what a filter means.
namespace annals {

class PersonTest {
 public:
  PersonTest(const PlatformTables& tables, const PersonFilter& filter, PlatformId platform, const Digester& digester);
  bool operator()(std::uint32_t row) const;

 private:
  const PersonTable& persons_;
  const PersonFilter& filter_;
  OrganizationMark organization_ = 0;
  bool unknown_organization_ = false;  ///< nobody belongs to it
  std::vector<bool> holding_key_;      ///< by number of the key set
};

class OrganizationTest {
 public:
  OrganizationTest(const PlatformTables& tables, const OrganizationFilter& filter, PlatformId, const Digester&)
      : organizations_(tables.organizations), filter_(filter) {}
  bool operator()(std::uint32_t row) const;

 private:
  const OrganizationTable& organizations_;
  const OrganizationFilter& filter_;
};

}  // namespace annals
