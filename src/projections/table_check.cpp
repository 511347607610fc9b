#include "projections/table_check.hpp"

#include <algorithm>
#include <thread>

#include "projections/commit_reading.hpp"
#include "projections/loading.hpp"
#include "projections/projections.hpp"
#include "projections/text_moves.hpp"

namespace annals {
namespace {

/// Two tables of one kind, row by row. Texts are compared as far as both have them.
template <class Table>
class TableComparison {
 public:
  TableComparison(std::string_view name, PlatformId platform, const Table& moved, const Table& loaded,
                  std::vector<ViewDifference>& differences)
      : name_(name), platform_(platform), moved_(moved), loaded_(loaded), differences_(differences) {}

  void run(auto&& same_columns) {
    if (moved_.size() != loaded_.size()) return note("", "commits give another number of records than the views");
    for (Row row = 0; row < moved_.size(); ++row) {
      if (!same_row(row) || !same_columns(row)) note(moved_.ids[row].to_string(), "its columns differ");
      if (!same_texts(row)) note(moved_.ids[row].to_string(), "its texts in memory differ");
    }
    if (!(moved_.sets == loaded_.sets)) note("", "the sets of rows that filters mean differ");
    if (!(moved_.text_index.trigrams() == loaded_.text_index.trigrams())) note("", "the trigrams differ");
  }

 private:
  bool same_row(Row row) const {
    const bool there = moved_.sets.there.contains(row);
    return moved_.ids[row] == loaded_.ids[row] && moved_.version[row] == loaded_.version[row] &&
           moved_.owner[row] == loaded_.owner[row] && moved_.updated_at[row] == loaded_.updated_at[row] &&
           moved_.name_prefix[row] == loaded_.name_prefix[row] &&
           (!there || moved_.created_at[row] == loaded_.created_at[row]);
  }
  bool same_texts(Row row) const {
    if (moved_.texts.has(row) != loaded_.texts.has(row)) return false;
    if (!moved_.texts.has(row)) return true;
    auto left = moved_.parts(row);
    auto right = loaded_.parts(row);
    if (moved_.texts.holds(row) && loaded_.texts.holds(row)) return left == right;
    std::string left_addresses;
    std::string right_addresses;
    keep_searched(left, left_addresses);
    keep_searched(right, right_addresses);
    return left == right;
  }
  void note(std::string record, std::string what) {
    differences_.push_back({std::string(name_), platform_, std::move(record), std::move(what)});
  }

  const std::string_view name_;
  const PlatformId platform_;
  const Table& moved_;
  const Table& loaded_;
  std::vector<ViewDifference>& differences_;
};

void move_through(const CommitLog& log, PlatformId platform, const Sealer& sealer, const Digester& digester,
                  PlatformTables& tables) {
  constexpr std::uint64_t kSettledAtOnce = 4096;
  const Pause no_pause = [] {};
  std::uint64_t moved = 0;
  const auto cursor = log.read(platform, Position{1});
  while (const auto record = cursor->next()) {
    move_tables(tables, read_commit(*record, sealer), digester);
    while (tables.budget->over() > 0 && evict_texts(tables, tables.budget->over(), no_pause)) {
    }
    if (++moved % kSettledAtOnce == 0) settle_texts(tables, no_pause);
  }
  while (settle_texts(tables, no_pause)) {
  }
}

}  // namespace

void compare_tables(PlatformId platform, const PlatformTables& moved, const PlatformTables& loaded,
                    std::vector<ViewDifference>& differences) {
  TableComparison("organizations in memory", platform, moved.organizations, loaded.organizations, differences)
      .run([](Row) { return true; });
  const auto& left = moved.persons;
  const auto& right = loaded.persons;
  TableComparison("persons in memory", platform, left, right, differences).run([&](Row row) {
    return left.active[row] == right.active[row] && left.stage[row] == right.stage[row] &&
           left.organization[row] == right.organization[row] &&
           left.key_sets.keys(left.metadata_keys[row]) == right.key_sets.keys(right.metadata_keys[row]);
  });
  if (!(moved.tags == loaded.tags)) differences.push_back({"tags in memory", platform, "", "the table differs"});
  if (moved.deals != loaded.deals) differences.push_back({"deals in memory", platform, "", "the table differs"});
  if (!(moved.deal_titles == loaded.deal_titles)) {
    differences.push_back({"deals' titles in memory", platform, "", "the titles or their trigrams differ"});
  }
  if (moved.activities != loaded.activities) {
    differences.push_back({"activities in memory", platform, "", "the table differs"});
  }
  if (moved.invitations.rows != loaded.invitations.rows) {
    differences.push_back({"invitations in memory", platform, "", "the table differs"});
  }
}

std::vector<ViewDifference> compare_tables(const CommitLog& log, const ByteStore& store, const Sealer& sealer,
                                           const Digester& digester) {
  std::vector<ViewDifference> differences;
  const auto views = store.snapshot();
  LoadProgress untold(nullptr, 0);
  for (const auto platform : log.platforms()) {
    PlatformTables moved(std::make_shared<RecordBudget>(LiveProjections::kRecordBytes));
    move_through(log, platform, sealer, digester, moved);
    PlatformTables loaded(std::make_shared<RecordBudget>(LiveProjections::kRecordBytes));
    load_tables(*views, platform, loaded, std::max(1u, std::thread::hardware_concurrency()), untold);
    compare_tables(platform, moved, loaded, differences);
  }
  return differences;
}

}  // namespace annals
