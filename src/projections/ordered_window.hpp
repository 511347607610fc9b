#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "projections/indexes/row_set.hpp"
#include "projections/windows.hpp"

namespace annals {

/// A record in a list's order: by key, by name where that is asked for, the newest first among equal ones.
struct Ranked {
  std::uint64_t key = 0;
  Row row = 0;
  std::string name;
};

struct ListOrder {
  bool by_name = false;  ///< the key says only how a name begins
  bool descending = true;
  bool operator()(const Ranked& left, const Ranked& right) const;
};

/// The part of a long list that a page shows, with a margin on both sides, kept right while single records change.
class OrderedWindow {
 public:
  struct Keyed {
    std::uint64_t key;
    Row row;
  };
  /// Fills in names of records that are asked for by row.
  using ReadNames = std::function<void(std::span<Ranked> records)>;

  OrderedWindow(const ListOrder& order, const Window& window, std::uint64_t margin)
      : order_(order), window_(window), margin_(margin) {}

  /// Takes all records of the list, in any order.
  void select(std::vector<Keyed> records, const ReadNames& read_names);
  /// The record is not in the list any more, if it was.
  void remove(Row row);
  /// A record that is not in the list now.
  void insert(Ranked record);

  std::uint64_t count() const { return count_; }
  /// The rows of the page; nullopt when more changed than the margin can bear.
  std::optional<std::vector<Row>> rows() const;

 private:
  bool earlier(const Keyed& left, const Keyed& right) const;
  /// Leaves those that the window and its margin may show; the others are only counted.
  std::vector<Keyed> cut(std::vector<Keyed> records);
  void trim();

  const ListOrder order_;
  const Window window_;
  const std::uint64_t margin_;
  std::uint64_t count_ = 0;
  std::vector<bool> in_list_;    ///< by row
  std::vector<bool> in_front_;   ///< by row: those before the region
  std::uint64_t front_ = 0;      ///< how many
  std::vector<Ranked> region_;   ///< in order
  std::optional<Ranked> first_;  ///< nothing in the region is before this; nullopt: nothing is before the region
  std::optional<Ranked> last_;   ///< nor behind this
  bool past_end_ = false;        ///< everything is before the window and its margin
};

}  // namespace annals
