#pragma once

#include <string>
#include <vector>

#include "projections/indexes/text_index.hpp"
#include "projections/record_memory.hpp"
#include "projections/record_parts.hpp"

namespace annals {

/// The texts of the records of a table, by row, and which rows have which trigrams. Of every record that is there the
/// parts that searches look through are in memory; the newest are there whole. Not synchronised by itself.
template <class PartsType>
class TextColumn {
 public:
  using Parts = PartsType;
  explicit TextColumn(RecordBudget& budget) : texts(budget) {}

  /// Of a row that has texts; those that no search looks through are empty unless it is held.
  Parts parts(Row row) const {
    Parts parts;
    texts.read(row, parts);
    return parts;
  }
  /// Brings the trigrams of a row whose texts were changed up to them.
  void settle(Row row) {
    if (!texts.has(row)) return;
    auto trigrams = trigrams_of(parts(row));
    make_unique(trigrams);
    text_index.settle(row, trigrams);
  }

  RecordMemory texts;
  TextIndex text_index;  ///< of the rows that have texts

 protected:
  /// The row has none yet.
  void load_parts(Row row, const Parts& parts, bool keep, TrigramBatch& batch) {
    keep ? texts.put(row, parts) : put_searched(row, parts);
    batch.add(row, trigrams_of(parts));
  }
  void put_parts(Row row, const Parts& after) {
    if (!texts.has(row)) {
      text_index.added(row);
    } else if (const auto before = parts(row); !searched_alike(before, after)) {
      text_index.changing(row, [&] { return trigrams_of(before); });
    }
    row < texts.oldest() ? put_searched(row, after) : texts.put(row, after);
  }
  void put_searched(Row row, Parts parts) {
    std::string addresses;
    keep_searched(parts, addresses);
    texts.put_some(row, parts);
  }
  void drop_parts(Row row) {
    if (!texts.has(row)) return;
    text_index.removing(row, [&] { return trigrams_of(parts(row)); });
    texts.drop(row);
  }
};

}  // namespace annals
