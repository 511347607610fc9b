#include "projections/lists.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include "core/json.hpp"
#include "projections/case_folding.hpp"
#include "projections/organization_directory.hpp"
#include "projections/pack.hpp"
#include "projections/person_directory.hpp"
#include "projections/record_scan.hpp"
#include "projections/record_text.hpp"
#include "projections/row_tests.hpp"
#include "projections/view_ids.hpp"

namespace annals {
namespace {

/// A row that passed the tests of columns, with what must be remembered of the tables.
struct Candidate {
  std::uint32_t row = 0;
  bool joined = false;    ///< a person's organization is there
  std::int64_t rank = 0;  ///< by the order asked for; equal ones newest first
};

/// A stage's place among the names in their order.
std::int64_t rank_of(LifecycleStage stage) {
  static const auto ranks = [] {
    std::array<std::int64_t, 256> ranks_by_byte{};
    for (unsigned one = 0; one < ranks_by_byte.size(); ++one) {
      for (unsigned other = 0; other < ranks_by_byte.size(); ++other) {
        const auto other_name = name_of(static_cast<LifecycleStage>(other));
        if (!other_name.empty() && other_name < name_of(static_cast<LifecycleStage>(one))) ++ranks_by_byte[one];
      }
    }
    return ranks_by_byte;
  }();
  return ranks[static_cast<std::uint8_t>(stage)];
}

/// What listing needs to know of persons.
struct PersonList {
  using Test = PersonTest;
  static constexpr ViewId view = view::persons;
  const PersonFilter& filter;
  SearchedText search{filter.search};

  bool by_creation() const { return filter.order == PersonOrder::created_at; }
  bool by_name() const { return filter.order == PersonOrder::name; }
  bool has_text() const { return !search.none(); }
  static std::uint32_t size(const PlatformTables& tables) { return tables.persons.size(); }
  bool joined(const PlatformTables& tables, std::uint32_t row) const {
    return tables.organizations.there_at(tables.persons.organization[row]);
  }
  std::int64_t rank(const PlatformTables& tables, std::uint32_t row) const {
    switch (filter.order) {
      case PersonOrder::created_at:
        return row;
      case PersonOrder::updated_at:
        return micros(tables.persons.updated_at[row]);
      case PersonOrder::lifecycle_stage:
        return rank_of(tables.persons.stage[row]);
      case PersonOrder::name:
        return 0;
    }
    return 0;
  }
  bool text_matches(std::string_view text) const {
    const auto texts = person_search_texts(text);
    return std::any_of(texts.begin(), texts.end(), [&](std::string_view json) { return search.in_json(json); });
  }
  static std::string name(std::string_view text) { return json_string(person_name(text)); }
  static std::string json(std::string text, bool joined) { return sendable_person(std::move(text), joined); }
};

struct OrganizationList {
  using Test = OrganizationTest;
  static constexpr ViewId view = view::organizations;
  const OrganizationFilter& filter;
  SearchedText name_part{filter.name};
  SearchedText search{filter.search};

  bool by_creation() const { return filter.order == OrganizationOrder::created_at; }
  bool by_name() const { return filter.order == OrganizationOrder::name; }
  bool has_text() const { return !name_part.none() || !search.none(); }
  static std::uint32_t size(const PlatformTables& tables) { return tables.organizations.size(); }
  static bool joined(const PlatformTables&, std::uint32_t) { return false; }
  std::int64_t rank(const PlatformTables& tables, std::uint32_t row) const {
    switch (filter.order) {
      case OrganizationOrder::created_at:
        return row;
      case OrganizationOrder::updated_at:
        return micros(tables.organizations.updated_at[row]);
      case OrganizationOrder::name:
        return 0;
    }
    return 0;
  }
  bool text_matches(std::string_view text) const {
    const auto name_json = organization_name(text);
    return (name_part.none() || name_part.in_json(name_json)) && (search.none() || search.in_json(name_json));
  }
  static std::string name(std::string_view text) { return json_string(organization_name(text)); }
  static std::string json(std::string text, bool) { return sendable_organization(std::move(text)); }
};

/// Puts what the window shows at its place, the rest anywhere.
template <class T>
void sort_window(std::vector<T>& items, const Window& window, auto&& less) {
  if (window.skip >= items.size()) return;
  const auto first = items.begin() + static_cast<std::ptrdiff_t>(window.skip);
  const auto last = items.begin() + static_cast<std::ptrdiff_t>(std::min(window.skip + window.take, items.size()));
  if (first != items.begin()) std::nth_element(items.begin(), first, items.end(), less);
  std::partial_sort(first, last, items.end(), less);
}

template <class T>
std::vector<T> cut(const std::vector<T>& items, const Window& window) {
  if (window.skip >= items.size()) return {};
  const auto first = items.begin() + static_cast<std::ptrdiff_t>(window.skip);
  return {first, items.begin() + static_cast<std::ptrdiff_t>(std::min(window.skip + window.take, items.size()))};
}

template <class List>
class Listing {
 public:
  Listing(const ListContext& context, const List& list, const PageRequest& request)
      : context_(context), list_(list), request_(request), window_(window_of(request)) {}

  Result<Page> page(bool descending) {
    descending_ = descending;
    const auto views = context_.agreeing([this](const PlatformTables& tables) { pick(tables); });
    if (list_.has_text()) drop_other_texts(*views);
    if (is_past_end(request_, count_)) return std::unexpected(Problem(ProblemCode::invalid_page));
    if (!found_in_order_) put_in_order(*views);
    Page page{count_, {}, before_};
    page.records = read(*views);
    return page;
  }

 private:
  /// From the tables alone, whatever can be found out there: the page itself when the order is that of creation and
  /// there is no text to look at, else all candidates.
  void pick(const PlatformTables& tables) {
    count_ = 0;
    candidates_.clear();
    before_ = request_.before.value_or(Ordinal{List::size(tables)});
    found_in_order_ = list_.by_creation() && !list_.has_text();
    const typename List::Test test(tables, list_.filter, context_.platform, context_.digester);
    const auto end = std::min(before_.value, List::size(tables));
    for (std::uint32_t step = 0; step < end; ++step) {
      const auto row = descending_ ? end - 1 - step : step;
      if (!test(row)) continue;
      const auto at = count_++;
      if (found_in_order_ && (at < window_.skip || at - window_.skip >= window_.take)) continue;
      candidates_.push_back({row, list_.joined(tables, row), list_.rank(tables, row)});
    }
  }

  std::vector<std::uint32_t> rows() const {
    std::vector<std::uint32_t> rows;
    rows.reserve(candidates_.size());
    for (const auto& candidate : candidates_) rows.push_back(candidate.row);
    return rows;
  }

  void drop_other_texts(const ViewReader& views) {
    std::vector<Candidate> left;
    read_records(views, context_.platform, List::view, rows(), [&](std::size_t index, const StoredValue& record) {
      if (record.data && list_.text_matches(*record.data)) left.push_back(candidates_[index]);
    });
    candidates_ = std::move(left);
    count_ = candidates_.size();
  }

  void put_in_order(const ViewReader& views) {
    if (list_.by_name()) return put_in_name_order(views);
    sort_window(candidates_, window_, [this](const Candidate& left, const Candidate& right) {
      if (left.rank != right.rank) return descending_ ? left.rank > right.rank : left.rank < right.rank;
      return left.row > right.row;
    });
    candidates_ = cut(candidates_, window_);
  }

  void put_in_name_order(const ViewReader& views) {
    struct Named {
      std::string name;
      Candidate candidate;
    };
    std::vector<Named> named;
    named.reserve(candidates_.size());
    read_records(views, context_.platform, List::view, rows(), [&](std::size_t index, const StoredValue& record) {
      named.push_back({record.data ? List::name(*record.data) : std::string(), candidates_[index]});
    });
    sort_window(named, window_, [this](const Named& left, const Named& right) {
      const auto order = left.name.compare(right.name);
      if (order != 0) return descending_ ? order > 0 : order < 0;
      return left.candidate.row > right.candidate.row;
    });
    candidates_.clear();
    for (auto& one : cut(named, window_)) candidates_.push_back(one.candidate);
  }

  std::vector<std::string> read(const ViewReader& views) const {
    std::vector<std::string> records(candidates_.size());
    read_records(views, context_.platform, List::view, rows(), [&](std::size_t index, StoredValue record) {
      if (record.data) records[index] = List::json(std::move(*record.data), candidates_[index].joined);
    });
    std::erase(records, std::string());
    return records;
  }

  const ListContext& context_;
  const List& list_;
  const PageRequest& request_;
  const Window window_;
  bool descending_ = true;
  bool found_in_order_ = true;
  std::uint64_t count_ = 0;
  Ordinal before_;
  std::vector<Candidate> candidates_;
};

}  // namespace

Window window_of(const PageRequest& request) {
  const auto size = std::max<std::uint64_t>(request.page_size, 1);
  const auto pages_before = std::max<std::uint64_t>(request.page, 1) - 1;
  if (pages_before > std::numeric_limits<std::uint64_t>::max() / 2 / size) {
    return {std::numeric_limits<std::uint64_t>::max() / 2, size};
  }
  return {pages_before * size, size};
}

bool is_past_end(const PageRequest& request, std::uint64_t count) {
  return request.page != 1 && (request.page == 0 || window_of(request).skip >= count);
}

Result<Page> list_persons(const ListContext& context, const PersonFilter& filter, const PageRequest& request) {
  const PersonList list{filter};
  return Listing<PersonList>(context, list, request).page(filter.descending);
}

Result<Page> list_organizations(const ListContext& context, const OrganizationFilter& filter,
                                const PageRequest& request) {
  const OrganizationList list{filter};
  return Listing<OrganizationList>(context, list, request).page(filter.descending);
}

}  // namespace annals
