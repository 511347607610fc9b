#include "projections/row_tests.hpp"

namespace annals {
namespace {

/// An empty filter lets everything through.
template <class T>
bool equals(const std::optional<T>& wanted, const T& value) {
  return !wanted || *wanted == value;
}

}  // namespace

PersonTest::PersonTest(const PlatformTables& tables, const PersonFilter& filter, PlatformId platform,
                       const Digester& digester)
    : persons_(tables.persons), filter_(filter) {
  if (filter.organization) {
    organization_ = tables.organizations.mark_of(filter.organization);
    unknown_organization_ = !tables.organizations.there_at(organization_);
  }
  if (filter.metadata_has_key) {
    const auto digest = digester.short_digest(platform, DigestPurpose::metadata_key, *filter.metadata_has_key);
    holding_key_ = persons_.key_sets.holding(digest);
  }
}

bool PersonTest::operator()(std::uint32_t row) const {
  if (persons_.there[row] == 0 || unknown_organization_) return false;
  if (!equals(filter_.lifecycle_stage, persons_.stage[row])) return false;
  if (!equals(filter_.owner, persons_.owner[row])) return false;
  if (!equals(filter_.owner_isnull, persons_.owner[row] == UserId{})) return false;
  if (organization_ != 0 && persons_.organization[row] != organization_) return false;
  if (!equals(filter_.active, persons_.active[row] != 0)) return false;
  if (filter_.created_at_gte && persons_.created_at[row] < *filter_.created_at_gte) return false;
  if (filter_.created_at_lte && persons_.created_at[row] > *filter_.created_at_lte) return false;
  return !filter_.metadata_has_key || holding_key_[persons_.metadata_keys[row]];
}

bool OrganizationTest::operator()(std::uint32_t row) const {
  if (organizations_.there[row] == 0) return false;
  return equals(filter_.owner, organizations_.owner[row]) &&
         equals(filter_.owner_isnull, organizations_.owner[row] == UserId{});
}

}  // namespace annals
