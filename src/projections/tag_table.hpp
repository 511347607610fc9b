#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "events/tag.hpp"
#include "projections/indexes/column.hpp"
#include "projections/indexes/row_set.hpp"
#include "projections/tag_assignments.hpp"

namespace annals {

/// What carries tags. Numbers the lists of rows below.
enum class TaggedKind : std::uint8_t { person, organization, deal };

/// The tags of a platform and what has them, in memory. Sixteen bytes an assignment, four a row up to the last that
/// ever had one. Not synchronised by itself.
class TagTable {
 public:
  /// `texts`: nullptr when the tag is deleted.
  void load(TagId id, const TagCreated::Texts* texts);
  /// After all tags.
  void load(const AssignmentRow& assignment, TaggedKind kind, Row row);

  void on(const TagCreated& event);
  void on(const TagUpdated& event);
  void on(const TagDeleted& event);
  void attach(AssignmentId id, TagId tag, TaggedKind kind, Row row);
  void detach(AssignmentId id);
  void move(AssignmentId id, TaggedKind kind, Row row);
  void leave(TaggedKind kind, Row row);  ///< it is gone

  /// What has the tag; nothing when it is deleted.
  const RowSet& rows(TaggedKind kind, TagId tag) const { return sets_[static_cast<std::size_t>(kind)].of(tag); }
  bool any(TaggedKind kind, Row row) const { return first_of(kind, row) != 0; }
  /// As tags_json gives it from the views.
  void append_json(std::string& out, TaggedKind kind, Row row) const;
  /// The row that has it; nullopt: none any more.
  std::optional<std::pair<TaggedKind, Row>> host_of(AssignmentId id) const;

  bool operator==(const TagTable& other) const;

 private:
  struct OneTag {
    bool there = false;
    TagCreated::Texts texts;
    std::string chip;  ///< its JSON
    bool operator==(const OneTag&) const = default;
  };
  using Mark = std::uint32_t;  ///< 0 stands for none; else an assignment's id
  struct Assignment {
    std::uint32_t tag = 0;
    Row row = 0;
    Mark next = 0;  ///< of the same row, by id
    TaggedKind kind = TaggedKind::person;
    bool attached = false;
    bool operator==(const Assignment&) const = default;
  };

  OneTag& tag_of(TagId id);
  void show(OneTag& tag, TagId id);
  bool is_attached(AssignmentId id) const {
    return id.value <= assignments_.size() && assignments_[id.value - 1].attached;
  }
  bool is_there(std::uint32_t tag) const { return tag <= tags_.size() && tags_[tag - 1].there; }
  Assignment& assignment(Mark mark) { return assignments_[mark - 1]; }
  const Assignment& assignment(Mark mark) const { return assignments_[mark - 1]; }
  Mark first_of(TaggedKind kind, Row row) const {
    const auto& heads = heads_[static_cast<std::size_t>(kind)];
    return row < heads.size() ? heads[row] : 0;
  }
  void link(Mark mark);
  void unlink(Mark mark);
  /// The row has the tag by an assignment before this one.
  bool has_before(Mark mark) const;
  bool has(TaggedKind kind, Row row, std::uint32_t tag) const;

  std::vector<OneTag> tags_;            ///< the first is tag 1
  Column<Assignment> assignments_;      ///< the first is assignment 1
  std::array<Column<Mark>, 3> heads_;   ///< of each row's assignments
  std::array<RowSets<TagId>, 3> sets_;  ///< of tags that are there
};

}  // namespace annals
