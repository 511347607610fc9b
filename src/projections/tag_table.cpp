#include "projections/tag_table.hpp"

#include <algorithm>
#include <utility>

#include "events/record_kind.hpp"
#include "projections/kinds/tags.hpp"

namespace annals {

TagTable::OneTag& TagTable::tag_of(TagId id) {
  if (tags_.size() < id.value) tags_.resize(id.value);
  return tags_[id.value - 1];
}

void TagTable::show(OneTag& tag, TagId id) {
  tag.there = true;
  tag.chip = tag_chip(id, tag.texts);
}

void TagTable::load(TagId id, const TagCreated::Texts* texts) {
  auto& tag = tag_of(id);
  if (texts == nullptr) return;
  tag.texts = *texts;
  show(tag, id);
}

void TagTable::load(const AssignmentRow& stored, TaggedKind kind, Row row) {
  attach(stored.id, stored.tag, kind, row);
  if (!stored.attached) detach(stored.id);
}

void TagTable::on(const TagCreated& event) {
  auto& tag = tag_of(event.id);
  if (event.texts.data) tag.texts = *event.texts.data;
  show(tag, event.id);
}

void TagTable::on(const TagUpdated& event) {
  if (event.id.value > tags_.size()) return;  // its creation was passed over
  auto& tag = tag_of(event.id);
  if (!tag.there || !event.texts) return;
  if (event.texts->data) {
    change_fields(tag.texts, *event.texts->data);
  } else {
    tag.texts = {};
  }
  show(tag, event.id);
}

void TagTable::on(const TagDeleted& event) {
  if (event.id.value > tags_.size()) return;
  tag_of(event.id) = {};
  for (auto& sets : sets_) sets.remove(event.id);
}

void TagTable::attach(AssignmentId id, TagId tag, TaggedKind kind, Row row) {
  if (assignments_.size() < id.value) assignments_.resize(id.value);
  const auto mark = static_cast<Mark>(id.value);
  assignment(mark) = {static_cast<std::uint32_t>(tag.value), row, 0, kind, false};
  link(mark);
}

void TagTable::detach(AssignmentId id) {
  if (is_attached(id)) unlink(static_cast<Mark>(id.value));
}

void TagTable::move(AssignmentId id, TaggedKind kind, Row row) {
  if (!is_attached(id)) return;
  const auto mark = static_cast<Mark>(id.value);
  unlink(mark);
  assignment(mark).kind = kind;
  assignment(mark).row = row;
  link(mark);
}

void TagTable::leave(TaggedKind kind, Row row) {
  for (auto mark = first_of(kind, row); mark != 0; mark = first_of(kind, row)) unlink(mark);
}

void TagTable::link(Mark mark) {
  auto& one = assignment(mark);
  auto& heads = heads_[static_cast<std::size_t>(one.kind)];
  if (heads.size() <= one.row) heads.resize(one.row + std::size_t{1});
  auto* at = &heads[one.row];
  while (*at != 0 && *at < mark) at = &assignment(*at).next;
  one.next = std::exchange(*at, mark);
  one.attached = true;
  if (is_there(one.tag)) sets_[static_cast<std::size_t>(one.kind)].add(TagId{one.tag}, one.row);
}

void TagTable::unlink(Mark mark) {
  auto& one = assignment(mark);
  auto* at = &heads_[static_cast<std::size_t>(one.kind)][one.row];
  while (*at != mark) at = &assignment(*at).next;
  *at = std::exchange(one.next, 0);
  one.attached = false;
  if (!has(one.kind, one.row, one.tag)) sets_[static_cast<std::size_t>(one.kind)].remove(TagId{one.tag}, one.row);
}

bool TagTable::has(TaggedKind kind, Row row, std::uint32_t tag) const {
  for (auto mark = first_of(kind, row); mark != 0; mark = assignment(mark).next) {
    if (assignment(mark).tag == tag) return true;
  }
  return false;
}

bool TagTable::has_before(Mark mark) const {
  const auto& one = assignment(mark);
  for (auto at = first_of(one.kind, one.row); at != mark; at = assignment(at).next) {
    if (assignment(at).tag == one.tag) return true;
  }
  return false;
}

void TagTable::append_json(std::string& out, TaggedKind kind, Row row) const {
  out += '[';
  bool first = true;
  for (auto mark = first_of(kind, row); mark != 0; mark = assignment(mark).next) {
    if (!is_there(assignment(mark).tag) || has_before(mark)) continue;
    if (!std::exchange(first, false)) out += ',';
    out += tags_[assignment(mark).tag - 1].chip;
  }
  out += ']';
}

std::optional<std::pair<TaggedKind, Row>> TagTable::host_of(AssignmentId id) const {
  if (!is_attached(id)) return std::nullopt;
  const auto& one = assignment(static_cast<Mark>(id.value));
  return std::pair(one.kind, one.row);
}

bool TagTable::operator==(const TagTable& other) const {
  for (const auto kind : {TaggedKind::person, TaggedKind::organization, TaggedKind::deal}) {
    const auto at = static_cast<std::size_t>(kind);
    const auto rows = std::max(heads_[at].size(), other.heads_[at].size());
    for (std::size_t row = 0; row < rows; ++row) {
      if (first_of(kind, static_cast<Row>(row)) != other.first_of(kind, static_cast<Row>(row))) return false;
    }
  }
  return tags_ == other.tags_ && assignments_ == other.assignments_ && sets_ == other.sets_;
}

}  // namespace annals
