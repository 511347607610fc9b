#pragma once

#include <algorithm>
#include <array>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <vector>

#include "projections/agreement.hpp"
#include "projections/case_folding.hpp"
#include "projections/lists.hpp"
#include "projections/matching.hpp"
#include "projections/record_joins.hpp"
#include "projections/record_json.hpp"
#include "projections/record_scan.hpp"
#include "projections/record_text.hpp"
#include "projections/view_ids.hpp"
#include "projections/windows.hpp"

/// What making a list needs to know of persons and of organizations.
namespace annals {

/// Stages in the order of their names.
inline const std::array<LifecycleStage, 5>& stages_by_name() {
  static const auto stages = [] {
    std::array<LifecycleStage, 5> all{};
    for (std::size_t at = 0; at < all.size(); ++at) all[at] = static_cast<LifecycleStage>(at);
    std::sort(all.begin(), all.end(),
              [](LifecycleStage left, LifecycleStage right) { return name_of(left) < name_of(right); });
    return all;
  }();
  return stages;
}

/// What puts a record among others in a list that is ordered by the content of a part; empty in others.
template <class List, class Parts>
std::string ordering_text(const List& list, const Parts& parts) {
  const auto place = list.ordering_part();
  return place ? text_content(parts[*place]) : std::string();
}

using TablesLock = std::shared_lock<TurnLock>;

/// The records in this order, one JSON array; nullopt while the views do not agree with the tables. The lock is let go
/// of before anything is read.
template <class List>
std::optional<std::string> listed_json(const ListContext& context, const PlatformTables& tables,
                                       const std::vector<Row>& rows, Agreement& agreement, TablesLock& lock);

struct PersonList {
  using Table = PersonTable;
  static constexpr ViewId view = view::persons;

  PersonList(const ListContext& context, const PersonFilter& asked)
      : filter(asked), matching(asked, context.platform, context.digester), needles(search_terms(asked.search)) {}

  static const Table& table(const PlatformTables& tables) { return tables.persons; }
  static Watches& watches(const PlatformTables& tables) { return tables.person_watches; }
  bool by_name() const { return ordering_part().has_value(); }
  std::optional<std::size_t> ordering_part() const {
    switch (filter.order) {
      case PersonOrder::name:
        return place_of(PersonPart::name);
      case PersonOrder::primary_email:
        return place_of(PersonPart::primary_email);
      case PersonOrder::job_title:
        return place_of(PersonPart::job_title);
      case PersonOrder::created_at:
      case PersonOrder::updated_at:
      case PersonOrder::lifecycle_stage:
        break;
    }
    return std::nullopt;
  }
  bool keys_from_texts() const {
    return filter.order == PersonOrder::primary_email || filter.order == PersonOrder::job_title;
  }
  /// What sets of rows alone put in order.
  bool by_sets() const {
    return filter.order == PersonOrder::created_at || filter.order == PersonOrder::lifecycle_stage;
  }
  std::uint64_t key(const PlatformTables& tables, Row row) const {
    switch (filter.order) {
      case PersonOrder::created_at:
        return row;
      case PersonOrder::updated_at:
        return static_cast<std::uint64_t>(micros(tables.persons.updated_at[row]));
      case PersonOrder::name:
        return tables.persons.name_prefix[row];
      case PersonOrder::lifecycle_stage: {
        const auto& stages = stages_by_name();
        return static_cast<std::uint64_t>(std::find(stages.begin(), stages.end(), tables.persons.stage[row]) -
                                          stages.begin());
      }
      case PersonOrder::primary_email:
      case PersonOrder::job_title:
        return prefix_of(ordering_text(*this, tables.persons.parts(row)));
    }
    return 0;
  }
  /// Conjunctions whose rows, one after the other and each newest first, are the list; an order by creation is one.
  std::vector<Conjunction> runs(const PlatformTables& tables) const {
    const auto all = matching.in(tables);
    if (filter.order != PersonOrder::lifecycle_stage) return {all};
    std::vector<Conjunction> runs;
    for (const auto stage : stages_by_name()) {
      runs.push_back(all);
      runs.back().all_of(tables.persons.sets.stages[static_cast<std::size_t>(stage)]);
    }
    if (filter.descending) std::reverse(runs.begin(), runs.end());
    return runs;
  }
  bool newest_first() const { return filter.order != PersonOrder::created_at || filter.descending; }

  std::optional<std::string> results(const ListContext& context, const PlatformTables& tables,
                                     const std::vector<Row>& rows, Agreement& agreement, TablesLock& lock) const {
    return listed_json<PersonList>(context, tables, rows, agreement, lock);
  }

  static PersonParts parts_of(const std::string& text) { return person_parts(text); }
  static bool holds(const PlatformTables& tables, Row row) { return holds_person(tables, row); }
  static std::string stored_json(std::string text, const RecordJoins& joins) {
    return sendable_person(std::move(text), joins);
  }
  static void append_json(std::string& out, PlatformId platform, const PlatformTables& tables, Row row) {
    append_person_json(out, platform, tables, row);
  }
  static void prefetch(const PlatformTables& tables, Row row) { prefetch_person(tables, row); }

  const PersonFilter& filter;
  PersonMatching matching;
  std::vector<SearchedText> needles;
};

struct OrganizationList {
  using Table = OrganizationTable;
  static constexpr ViewId view = view::organizations;

  OrganizationList(const ListContext&, const OrganizationFilter& asked)
      : filter(asked), matching{asked}, needles(search_terms(asked.search)) {
    if (SearchedText name(asked.name); !name.none()) needles.push_back(std::move(name));
  }

  static const Table& table(const PlatformTables& tables) { return tables.organizations; }
  static Watches& watches(const PlatformTables& tables) { return tables.organization_watches; }
  bool by_name() const { return ordering_part().has_value(); }
  std::optional<std::size_t> ordering_part() const {
    if (filter.order != OrganizationOrder::name) return std::nullopt;
    return place_of(OrganizationPart::name);
  }
  bool by_sets() const { return filter.order == OrganizationOrder::created_at; }
  std::uint64_t key(const PlatformTables& tables, Row row) const {
    switch (filter.order) {
      case OrganizationOrder::created_at:
        return row;
      case OrganizationOrder::updated_at:
        return static_cast<std::uint64_t>(micros(tables.organizations.updated_at[row]));
      case OrganizationOrder::name:
        return tables.organizations.name_prefix[row];
    }
    return 0;
  }
  std::vector<Conjunction> runs(const PlatformTables& tables) const { return {matching.in(tables)}; }
  bool newest_first() const { return filter.descending; }

  std::optional<std::string> results(const ListContext& context, const PlatformTables& tables,
                                     const std::vector<Row>& rows, Agreement& agreement, TablesLock& lock) const {
    return listed_json<OrganizationList>(context, tables, rows, agreement, lock);
  }

  static OrganizationParts parts_of(const std::string& text) { return organization_parts(text); }
  static bool holds(const PlatformTables& tables, Row row) { return holds_organization(tables, row); }
  static std::string stored_json(std::string text, const RecordJoins& joins) {
    return sendable_organization(std::move(text), joins.tags);
  }
  static void append_json(std::string& out, PlatformId platform, const PlatformTables& tables, Row row) {
    append_organization_json(out, platform, tables, row);
  }
  static void prefetch(const PlatformTables&, Row) {}

  const OrganizationFilter& filter;
  OrganizationMatching matching;
  std::vector<SearchedText> needles;
};

/// Whether every needle is in one of the texts that a search looks through.
bool have_all(const std::vector<SearchedText>& needles, const auto& parts) {
  const auto texts = searched_texts(parts);
  return std::all_of(needles.begin(), needles.end(), [&](const SearchedText& needle) {
    return std::any_of(texts.begin(), texts.end(), [&](std::string_view json) { return needle.in_json(json); });
  });
}

template <class List>
bool all_held(const PlatformTables& tables, const std::vector<Row>& rows) {
  return std::all_of(rows.begin(), rows.end(), [&](Row row) { return List::holds(tables, row); });
}

/// The results from memory, where all of them are held.
template <class List>
std::string held_results(PlatformId platform, const PlatformTables& tables, const std::vector<Row>& rows) {
  constexpr std::size_t kRecordBytes = 768;
  ResultsText results;
  results.reserve(rows.size() * kRecordBytes);
  for (const auto row : rows) List::prefetch(tables, row);
  for (const auto row : rows) List::append_json(results.next(), platform, tables, row);
  return std::move(results).close();
}

template <class List>
std::vector<RecordJoins> joins(const PlatformTables& tables, const std::vector<Row>& rows) {
  std::vector<RecordJoins> joined;
  joined.reserve(rows.size());
  for (const auto row : rows) joined.push_back(row_joins(List::table(tables), tables, row));
  return joined;
}

/// The results from views that agree with the tables that gave rows and joins.
template <class List>
std::string stored_results(PlatformId platform, const ViewReader& views, const std::vector<Row>& rows,
                           const std::vector<RecordJoins>& joined) {
  std::vector<std::string> records(rows.size());
  read_records(views, platform, List::view, rows, [&](std::size_t index, StoredValue record) {
    if (!record.data) return;
    records[index] = List::stored_json(std::move(*record.data), joined[index]);
  });
  ResultsText results;
  for (const auto& record : records) {
    if (!record.empty()) results.next() += record;
  }
  return std::move(results).close();
}

template <class List>
std::optional<std::string> listed_json(const ListContext& context, const PlatformTables& tables,
                                       const std::vector<Row>& rows, Agreement& agreement, TablesLock& lock) {
  if (all_held<List>(tables, rows)) return held_results<List>(context.platform, tables, rows);
  const auto views = agreement.views(tables);
  if (!views) return std::nullopt;
  const auto joined = joins<List>(tables, rows);
  lock.unlock();
  return stored_results<List>(context.platform, *views, rows, joined);
}

}  // namespace annals
