#include "projections/kinds/activity_table.hpp"

namespace annals {

void RowsByDay::remove(Day day, Row row) {
  const auto found = days_.find(day);
  if (found == days_.end()) return;
  found->second.remove(row);
  if (found->second.count() == 0) days_.erase(found);
}

const RowSet& RowsByDay::of(Day day) const {
  static const RowSet none;
  const auto found = days_.find(day);
  return found == days_.end() ? none : found->second;
}

std::uint64_t RowsByDay::count(std::optional<Day> first, Day last) const {
  std::uint64_t count = 0;
  for (auto at = first ? days_.lower_bound(*first) : days_.begin(); at != days_.end() && at->first <= last; ++at) {
    count += at->second.count();
  }
  return count;
}

void ActivityTable::lose(const Reference& parent) {
  for (const auto row : references.of(parent).rows()) {
    go_along(id_at(row), [&](Row losing) { lose_parent(plain[losing], parent); });
    if (!has_parent(plain[row])) remove(row);
  }
}

void ActivityTable::on(const PersonDeleted& event, const RecordedEvent&) {
  lose(event.person);
}
void ActivityTable::on(const PersonErased& event, const RecordedEvent& recorded) {
  KindTable::on(event, recorded);
  lose(event.person);
}
void ActivityTable::on(const OrganizationDeleted& event, const RecordedEvent&) {
  lose(event.organization);
}
void ActivityTable::on(const DealUpdated& event, const RecordedEvent&) {
  if (!event.plain.person) return;
  for (const auto row : references.of(event.id).rows()) {
    go_along(id_at(row), [&](Row following) { follow_deal(plain[following], *event.plain.person); });
  }
}
void ActivityTable::on(const DealDeleted& event, const RecordedEvent&) {
  for (const auto row : references.of(event.id).rows()) remove(row);
}

}  // namespace annals
