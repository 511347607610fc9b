#pragma once

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "core/json.hpp"
#include "core/time.hpp"
#include "projections/indexes/column.hpp"
#include "projections/indexes/row_set.hpp"
#include "projections/indexes/set_moves.hpp"
#include "projections/ordinal_index.hpp"
#include "projections/text_column.hpp"

namespace annals {

/// What the tables of persons and of organizations have in common: of every record the few things that filters and
/// orders look at, column by column, by ordinal; which rows have which value; and their texts. Not synchronised by
/// itself.
template <class IdType, class PartsType, class SetsType>
class RecordTable : public TextColumn<PartsType> {
 public:
  using Id = IdType;
  using Parts = PartsType;
  using Sets = SetsType;  ///< a member a filter; none but rows that are there are in any of them
  using TextColumn<PartsType>::TextColumn;
  using TextColumn<PartsType>::texts;
  using TextColumn<PartsType>::text_index;

  /// What one thread of a load gathers beside the columns.
  struct Loading {
    Sets sets;
    TrigramIndex trigrams;
    TrigramBatch batch;  ///< of one chunk; to be added to the trigrams at its end
  };
  void take(Loading&& loading) {
    sets.take(std::move(loading.sets));
    text_index.take(std::move(loading.trigrams));
  }
  /// All rows are there.
  void loaded() {
    for (std::size_t row = 1; row < ids.size(); ++row) {
      created_at[row] = std::max(created_at[row], created_at[row - 1]);
    }
    index_.build(ids);
  }

  std::optional<Ordinal> find(const Id& id) const { return index_.find(id, ids); }
  std::uint32_t size() const { return static_cast<std::uint32_t>(ids.size()); }
  void set_version(Row row, StreamVersion reached) { version[row] = static_cast<std::uint32_t>(reached.value); }
  /// The oldest rows that are held and take so many bytes, at most so many rows.
  std::vector<Row> oldest_texts(std::uint64_t bytes, std::size_t rows_max) const {
    std::vector<Row> rows;
    std::uint64_t found = 0;
    for (auto row = texts.oldest(); row < size() && rows.size() < rows_max && found < bytes; ++row) {
      if (!texts.holds(row)) continue;
      rows.push_back(row);
      found += texts.bytes(row);
    }
    return rows;
  }
  /// Keeps of the texts of a row only what searches need; those of all rows before it must be no more.
  void evict(Row row) {
    if (texts.holds(row)) this->put_searched(row, this->parts(row));
    texts.keep_from(row + 1);
  }

  Column<Id> ids;
  Column<std::uint32_t> version;  ///< of the record's stream
  Column<UserId> owner;           ///< 0: none
  Column<Timestamp> created_at;   ///< never falling, also over records that are not there
  Column<Timestamp> updated_at;
  Column<std::uint64_t> name_prefix;
  Sets sets;

 protected:
  void resize(std::size_t rows) {
    ids.resize(rows);
    version.resize(rows);
    owner.resize(rows);
    created_at.resize(rows);
    updated_at.resize(rows);
    name_prefix.resize(rows);
    texts.resize(rows);
  }
  /// A new row, with nothing that only records that are there have.
  Row push_back(const Id& id, Timestamp at) {
    ids.push_back(id);
    version.push_back(0);
    owner.push_back(UserId{});
    created_at.push_back(at);
    updated_at.push_back(Timestamp{});
    name_prefix.push_back(0);
    texts.push_back();
    index_.added(ids);
    return size() - 1;
  }
  /// The row, when it is there.
  std::optional<Row> row_there(const Id& id) const {
    const auto ordinal = find(id);
    return ordinal && sets.there.contains(ordinal->value) ? std::optional(ordinal->value) : std::nullopt;
  }
  void load_texts(Row row, const Parts& parts, bool keep, Loading& loading) {
    name_prefix[row] = prefix_of(text_content(parts.front()));
    this->load_parts(row, parts, keep, loading.batch);
  }

 private:
  OrdinalIndex<Id> index_;
};

/// Parts of which some are new; holds the text of those.
template <class Parts>
class ChangedParts {
 public:
  explicit ChangedParts(const Parts& before) : parts_(before) {}
  void set(auto which, std::string json) {
    const auto at = static_cast<std::size_t>(which);
    owned_[at] = std::move(json);
    parts_[at] = owned_[at];
  }
  void text(auto which, const std::optional<std::string>& change) {
    if (change) set(which, quote_json(*change));
  }
  void json(auto which, const std::optional<JsonText>& change) {
    if (change) set(which, change->text);
  }
  const Parts& parts() const { return parts_; }

 private:
  std::array<std::string, std::tuple_size_v<Parts>> owned_;
  Parts parts_;
};

}  // namespace annals
