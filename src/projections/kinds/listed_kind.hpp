#pragma once

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "projections/kinds/kind_lists.hpp"
#include "projections/kinds/kind_moment.hpp"
#include "projections/list_pages.hpp"

namespace annals {

/// What making a list needs to know of the records of a kind that has a table; each kind derives its own. All of them
/// are ordered by creation or by something that is looked at.
template <class Kind, class Filter, class Matching>
struct ListedKind {
  ListedKind(const RecordReading& from, const Filter& asked)
      : filter(asked), matching(asked, from.platform, *from.live.digester), now(from.now) {}

  std::vector<Conjunction> runs(const PlatformTables& tables) const { return {matching.in(tables)}; }
  bool newest_first() const { return filter.descending; }
  std::optional<std::string> results(const ListContext& context, const PlatformTables& tables,
                                     const std::vector<Row>& rows, Agreement& agreement, TablesLock& lock) const {
    const auto views = agreement.views(tables);
    if (!views) return std::nullopt;
    lock.unlock();
    std::vector<typename Kind::Id> ids;
    ids.reserve(rows.size());
    for (const auto row : rows) ids.push_back(KindTable<Kind>::id_at(row));
    return records_json<Kind>(*views, context.platform, ids, now);
  }

  const Filter& filter;
  Matching matching;
  Timestamp now;
  std::vector<SearchedText> needles;

 protected:
  /// Orders as the numbers do. What there is none of stands last, whichever way.
  std::uint64_t key_of(std::optional<std::int64_t> value) const {
    using Limits = std::numeric_limits<std::uint64_t>;
    if (!value) return filter.descending ? Limits::min() : Limits::max();
    return static_cast<std::uint64_t>(*value) ^ std::uint64_t{1} << 63;
  }
  std::uint64_t key_of(const std::optional<Timestamp>& at) const {
    return key_of(at ? std::optional(micros(*at)) : std::nullopt);
  }
  /// Orders as the names of all the values do.
  template <class Value>
  static std::uint64_t place_by_name(Value value, const auto& all) {
    return static_cast<std::uint64_t>(
        std::ranges::count_if(all, [&](Value other) { return name_of(other) < name_of(value); }));
  }
};

/// Whether each of the terms is in one of the texts.
inline bool are_all_in(const std::vector<SearchedText>& terms, std::initializer_list<std::string_view> texts) {
  return std::ranges::all_of(terms, [&](const SearchedText& term) {
    return std::ranges::any_of(texts, [&](std::string_view text) { return term.in(text); });
  });
}

/// Whether a value is there and in a range, either end of which may be open; any is, and none, where no end is given.
template <class T>
bool is_within(const std::optional<T>& first, const std::optional<T>& last, const std::optional<T>& value) {
  if (!first && !last) return true;
  return value && (!first || *first <= *value) && (!last || *value <= *last);
}

}  // namespace annals
