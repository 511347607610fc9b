#include "projections/matching.hpp"

#include <algorithm>

namespace annals {
namespace {

/// The first row that was created at this time or later.
Row first_since(const Column<Timestamp>& created_at, Timestamp at) {
  std::size_t low = 0;
  std::size_t high = created_at.size();
  while (low < high) {
    const auto middle = low + (high - low) / 2;
    if (created_at[middle] < at) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return static_cast<Row>(low);
}

template <class Filter, class Sets>
void match_owner(Conjunction& all, const Filter& filter, const Sets& sets) {
  if (filter.owner) all.all_of(sets.owners.of(*filter.owner));
  if (filter.owner_isnull) all.all_of(*filter.owner_isnull ? sets.owners.of(UserId{}) : sets.owned);
}

/// `there`: what was erased since has its tags still in a past before that.
void match_tags(Conjunction& all, const std::vector<TagId>& tags, const PlatformTables& tables, TaggedKind kind,
                const RowSet& there) {
  if (tags.empty()) return;
  all.all_of(there);
  std::vector<const RowSet*> sets;
  for (const auto tag : tags) sets.push_back(&tables.tags.rows(kind, tag));
  all.any_of(sets);
}

}  // namespace

PersonMatching::PersonMatching(const PersonFilter& asked, PlatformId platform, const Digester& digester)
    : filter(asked) {
  if (filter.metadata_has_key) {
    metadata_key = digester.short_digest(platform, DigestPurpose::metadata_key, *filter.metadata_has_key);
  }
}

Conjunction PersonMatching::in(const PlatformTables& tables) const {
  const auto& persons = tables.persons;
  const auto& sets = persons.sets;
  Conjunction all;
  if (filter.lifecycle_stage) all.all_of(sets.stages[static_cast<std::size_t>(*filter.lifecycle_stage)]);
  match_owner(all, filter, sets);
  if (filter.active) all.all_of(sets.active[*filter.active ? 1 : 0]);
  if (metadata_key) all.all_of(sets.metadata_keys.of(*metadata_key));
  if (filter.organization) {
    const auto mark = tables.organizations.mark_of(filter.organization);
    if (!tables.organizations.there_at(mark)) all.nothing();
    all.all_of(sets.organizations.of(mark));
  }
  match_tags(all, filter.tags, tables, TaggedKind::person, sets.there);
  if (all.of_everything()) all.all_of(sets.there);
  if (filter.created_at_gte) all.from(first_since(persons.created_at, *filter.created_at_gte));
  if (filter.created_at_lte) {
    all.until(first_since(persons.created_at, *filter.created_at_lte + std::chrono::microseconds(1)));
  }
  return all;
}

Conjunction OrganizationMatching::in(const PlatformTables& tables) const {
  const auto& sets = tables.organizations.sets;
  Conjunction all;
  match_owner(all, filter, sets);
  match_tags(all, filter.tags, tables, TaggedKind::organization, sets.there);
  if (all.of_everything()) all.all_of(sets.there);
  return all;
}

}  // namespace annals
