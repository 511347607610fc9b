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

template <class Filter>
void match_creation(Conjunction& all, const Filter& filter, const Column<Timestamp>& created_at) {
  if (filter.created_at_gte) all.from(first_since(created_at, *filter.created_at_gte));
  if (filter.created_at_lte) {
    all.until(first_since(created_at, *filter.created_at_lte + std::chrono::microseconds(1)));
  }
}

template <class Filter>
std::optional<Digest128> metadata_key_of(const Filter& filter, PlatformId platform, const Digester& digester) {
  if (!filter.metadata_has_key) return std::nullopt;
  return digester.short_digest(platform, DigestPurpose::metadata_key, *filter.metadata_has_key);
}

/// What those of a kind have that a filter names.
template <class Table, class Id>
void match_reference(Conjunction& all, const std::optional<Id>& to, const Table& table) {
  if (to) all.all_of(table.references.of(*to));
}

/// What is no longer there is shown by no deal, whatever its row says.
bool names_what_is_gone(const DealFilter& filter, const PlatformTables& tables) {
  const auto person = filter.person ? tables.persons.find(*filter.person) : std::nullopt;
  if (filter.person && !(person && tables.persons.sets.there.contains(person->value))) return true;
  if (filter.source && !tables.deals.has_source(*filter.source)) return true;
  return filter.organization && !tables.organizations.there_at(tables.organizations.mark_of(filter.organization));
}

}  // namespace

PersonMatching::PersonMatching(const PersonFilter& asked, PlatformId platform, const Digester& digester)
    : filter(asked), metadata_key(metadata_key_of(asked, platform, digester)) {}

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
  match_creation(all, filter, persons.created_at);
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

DealMatching::DealMatching(const DealFilter& asked, PlatformId of, const Digester& digester)
    : filter(asked), platform(of), metadata_key(metadata_key_of(asked, of, digester)) {}

Conjunction DealMatching::in(const PlatformTables& tables) const {
  const auto& deals = tables.deals;
  Conjunction all;
  if (filter.status) all.all_of(deals.index.statuses[static_cast<std::size_t>(*filter.status)]);
  match_owner(all, filter, deals);
  match_reference(all, filter.pipeline, deals);
  match_reference(all, filter.stage, deals);
  match_reference(all, filter.source, deals);
  match_reference(all, filter.person, deals);
  match_reference(all, filter.organization, deals);
  if (metadata_key) all.all_of(deals.metadata_keys.of(*metadata_key));
  match_tags(all, filter.tags, tables, TaggedKind::deal, deals.there);
  if (all.of_everything()) all.all_of(deals.there);
  match_creation(all, filter, deals.created_at);
  if (names_what_is_gone(filter, tables)) all.nothing();
  return all;
}

ActivityMatching::ActivityMatching(const ActivityFilter& asked, PlatformId of, const Digester& digester)
    : filter(asked), platform(of), metadata_key(metadata_key_of(asked, of, digester)) {}

Conjunction ActivityMatching::in(const PlatformTables& tables) const {
  const auto& activities = tables.activities;
  Conjunction all;
  if (filter.type) all.all_of(activities.index.types[static_cast<std::size_t>(*filter.type)]);
  if (filter.is_done) all.all_of(activities.index.done[*filter.is_done ? 1 : 0]);
  match_owner(all, filter, activities);
  match_reference(all, filter.deal, activities);
  match_reference(all, filter.person, activities);
  match_reference(all, filter.organization, activities);
  if (metadata_key) all.all_of(activities.metadata_keys.of(*metadata_key));
  if (all.of_everything()) all.all_of(activities.there);
  return all;
}

}  // namespace annals
