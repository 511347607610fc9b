#pragma once

#include <mutex>
#include <vector>

#include "projections/indexes/row_set.hpp"

namespace annals {

/// What was changed since somebody began to look: rows, in the order of their changes.
struct Watch {
  std::vector<Row> changed;
};

/// The watches on one table. `any` and `note` under its exclusive lock, everything else under its shared one.
class Watches {
 public:
  void add(Watch& watch);
  void remove(Watch& watch);
  bool any() const { return !watches_.empty(); }
  void note(Row row) {
    for (auto* watch : watches_) watch->changed.push_back(row);
  }

 private:
  std::mutex mutex_;
  std::vector<Watch*> watches_;
};

}  // namespace annals
