#include "projections/ordered_window.hpp"

#include <catch2/catch.hpp>
#include <map>
#include <random>

namespace annals::ordered_window_test {
namespace {

/// A list in its order, thought out anew at every question.
class NaiveOrder {
 public:
  explicit NaiveOrder(const ListOrder& order) : order_(order) {}
  std::map<Row, Ranked> records;

  std::vector<Row> page(const Window& window) const {
    std::vector<Ranked> all;
    for (const auto& [row, record] : records) all.push_back(record);
    std::sort(all.begin(), all.end(), order_);
    std::vector<Row> rows;
    for (auto at = window.skip; at < std::min<std::uint64_t>(window.skip + window.take, all.size()); ++at) {
      rows.push_back(all[at].row);
    }
    return rows;
  }

 private:
  ListOrder order_;
};

}  // namespace

TEST_CASE("a window shows what a sorted list shows, also after changes, as long as the margin bears them",
          "[projections]") {
  const auto seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  int shown = 0;
  int given_up = 0;
  for (int round = 0; round < 400; ++round) {
    const ListOrder order{random() % 2 == 0, random() % 2 == 0};
    const Window window{random() % 60, 1 + random() % 10};
    const std::uint64_t margin = random() % 12;
    const auto ranked = [&](Row row) {
      const auto key = random() % 6;
      return Ranked{key, row, order.by_name ? std::string(1 + random() % 3, char('a' + random() % 2)) : std::string()};
    };
    NaiveOrder naive(order);
    std::vector<OrderedWindow::Keyed> keyed;
    for (Row row = 0; row < random() % 80; ++row) {
      naive.records[row] = ranked(row);
      keyed.push_back({naive.records[row].key, row});
    }
    OrderedWindow shown_window(order, window, margin);
    shown_window.select(keyed, [&](std::span<Ranked> records) {
      for (auto& record : records) record.name = naive.records[record.row].name;
    });
    for (int change = 0; change < 12; ++change) {
      REQUIRE(shown_window.count() == naive.records.size());
      if (const auto rows = shown_window.rows()) {
        REQUIRE(*rows == naive.page(window));
        ++shown;
      } else {
        REQUIRE(change > 0);
        ++given_up;
      }
      const auto row = static_cast<Row>(random() % 90);
      shown_window.remove(row);
      naive.records.erase(row);
      if (random() % 3 != 0) {
        naive.records[row] = ranked(row);
        shown_window.insert(naive.records[row]);
      }
    }
  }
  CHECK(shown > 1000);
  CHECK(given_up > 0);
}

}  // namespace annals::ordered_window_test
