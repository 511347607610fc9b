#include "projections/record_stream.hpp"

#include <algorithm>
#include <mutex>
#include <shared_mutex>
#include <utility>

#include "projections/agreement.hpp"
#include "projections/listed_records.hpp"
#include "projections/projecting.hpp"
#include "projections/records.hpp"
#include "projections/tag_assignments.hpp"
#include "projections/view_keys.hpp"

namespace annals {
namespace {

constexpr Row kRowsAtOnce = 512;

std::string json_of(const ViewReader& views, PlatformId platform, const PersonRow& row, std::string text) {
  return sendable_person(std::move(text), person_joins(views, platform, row));
}
std::string json_of(const ViewReader& views, PlatformId platform, const OrganizationRow& row, std::string text) {
  return sendable_organization(std::move(text), tags_json(views, platform, row.id));
}

/// Row after row of a view.
template <class StoredRow>
class StoredRecords : public RecordStream {
 public:
  StoredRecords(const ViewReader& views, PlatformId platform, ViewId view)
      : views_(views), platform_(platform), view_(view) {}

  std::vector<std::string> next() override {
    std::vector<std::string> records;
    while (records.empty() && !ended_) read(records);
    return records;
  }

 private:
  void read(std::vector<std::string>& records) {
    const auto end = next_ + kRowsAtOnce;
    const auto at = views_.scan(platform_, view_, {}, key_of(Ordinal{next_}));
    for (; at->valid() && next_ < end; at->next(), ++next_) {
      auto stored = at->value();
      const auto row = unpack<StoredRow>(stored.plain);
      if (!row.there() || !stored.data) continue;
      records.push_back(json_of(views_, platform_, row, *std::move(stored.data)));
    }
    ended_ = !at->valid();
  }

  const ViewReader& views_;
  PlatformId platform_;
  ViewId view_;
  Row next_ = 0;
  bool ended_ = false;
};

/// The rows of a list's filters, from memory where their texts are held.
template <class List, class Filter>
class ListedRecords : public RecordStream {
 public:
  ListedRecords(ListContext context, Filter filter)
      : context_(std::move(context)), filter_(std::move(filter)), list_(context_, filter_) {}

  std::vector<std::string> next() override {
    std::vector<std::string> records;
    while (records.empty() && (!end_ || next_ < *end_)) read(records);
    return records;
  }

 private:
  void read(std::vector<std::string>& records) {
    for (Agreement agreement(context_.store, context_.platform);; agreement.pause()) {
      const auto tables = context_.tables();
      std::shared_lock lock(tables->lock);
      if (!end_) end_ = List::table(*tables).size();
      const auto rows = rows_in(*tables);
      if (all_held<List>(*tables, rows)) {
        for (const auto row : rows) add_held(*tables, row, records);
        break;
      }
      const auto views = agreement.views(*tables);
      if (!views) continue;
      const auto joined = joins<List>(*tables, rows);
      lock.unlock();
      add_stored(*views, rows, joined, records);
      break;
    }
    next_ += std::min(kRowsAtOnce, *end_ - next_);
  }

  std::vector<Row> rows_in(const PlatformTables& tables) const {
    std::vector<Row> rows;
    list_.matching.in(tables).append_rows(next_, next_ + std::min(kRowsAtOnce, *end_ - next_), rows);
    return rows;
  }

  void add_held(const PlatformTables& tables, Row row, std::vector<std::string>& records) const {
    if (!list_.needles.empty() && !have_all(list_.needles, List::table(tables).parts(row))) return;
    List::append_json(records.emplace_back(), context_.platform, tables, row);
  }

  void add_stored(const ViewReader& views, const std::vector<Row>& rows, const std::vector<RecordJoins>& joined,
                  std::vector<std::string>& records) const {
    std::vector<std::string> found(rows.size());
    read_records(views, context_.platform, List::view, rows, [&](std::size_t index, StoredValue stored) {
      if (!stored.data || !(list_.needles.empty() || have_all(list_.needles, List::parts_of(*stored.data)))) return;
      found[index] = List::stored_json(*std::move(stored.data), joined[index]);
    });
    for (auto& record : found) {
      if (!record.empty()) records.push_back(std::move(record));
    }
  }

  ListContext context_;
  Filter filter_;
  List list_;  ///< of the two above
  Row next_ = 0;
  std::optional<Row> end_;  ///< what was created behind the first portion is not in it
};

}  // namespace

std::unique_ptr<RecordStream> stored_persons(const ViewReader& views, PlatformId platform) {
  return std::make_unique<StoredRecords<PersonRow>>(views, platform, view::persons);
}

std::unique_ptr<RecordStream> stored_organizations(const ViewReader& views, PlatformId platform) {
  return std::make_unique<StoredRecords<OrganizationRow>>(views, platform, view::organizations);
}

std::unique_ptr<RecordStream> stream_persons(ListContext context, PersonFilter filter) {
  return std::make_unique<ListedRecords<PersonList, PersonFilter>>(std::move(context), std::move(filter));
}

std::unique_ptr<RecordStream> stream_organizations(ListContext context, OrganizationFilter filter) {
  return std::make_unique<ListedRecords<OrganizationList, OrganizationFilter>>(std::move(context), std::move(filter));
}

}  // namespace annals
