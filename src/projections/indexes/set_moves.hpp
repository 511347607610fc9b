#pragma once

#include "projections/indexes/row_set.hpp"

namespace annals {

/// Puts a row into every set that it belongs into, or takes it out. Sets by value are RowSets or what does as they do.
struct Adding {
  Row row;
  void operator()(RowSet& set) const { set.add(row); }
  void operator()(auto& sets, const auto& value) const { sets.add(value, row); }
};
struct Removing {
  Row row;
  void operator()(RowSet& set) const { set.remove(row); }
  void operator()(auto& sets, const auto& value) const { sets.remove(value, row); }
};

}  // namespace annals
