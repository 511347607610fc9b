#include "projections/kinds/activity_table.hpp"

namespace annals {

void ActivityTable::load(const ViewReader& views, PlatformId platform) {
  KindTable::load(views, platform);
  for (const auto& row : rows()) add(row.id);
}

void ActivityTable::add(ActivityId id) {
  const auto* row = find(id);
  if (row == nullptr) return;
  Activity::references(row->plain, [&](const Reference& parent) { of_parent_[key_of(parent)].insert(id); });
}

void ActivityTable::take(ActivityId id) {
  const auto* row = find(id);
  if (row == nullptr) return;
  Activity::references(row->plain, [&](const Reference& parent) {
    const auto found = of_parent_.find(key_of(parent));
    found->second.erase(id);
    if (found->second.empty()) of_parent_.erase(found);
  });
}

const std::set<ActivityId>& ActivityTable::of(const Reference& parent) const {
  static const std::set<ActivityId> none;
  const auto found = of_parent_.find(key_of(parent));
  return found == of_parent_.end() ? none : found->second;
}

void ActivityTable::lose(const Reference& parent) {
  const auto losing = of(parent);
  for (const auto id : losing) {
    moving(id, [&] {
      auto& plain = there(id)->plain;
      lose_parent(plain, parent);
      if (!has_parent(plain)) remove(id);
    });
  }
}

void ActivityTable::point(ActivityId id, PersonId person) {
  moving(id, [&] {
    if (auto* row = there(id)) row->plain.person = person;
  });
}

void ActivityTable::on(const ActivityCreated& event, const RecordedEvent& recorded) {
  KindTable::on(event, recorded);
  add(event.id);
}
void ActivityTable::on(const ActivityUpdated& event, const RecordedEvent& recorded) {
  moving(event.id, [&] { KindTable::on(event, recorded); });
}
void ActivityTable::on(const ActivityDeleted& event, const RecordedEvent& recorded) {
  moving(event.id, [&] { KindTable::on(event, recorded); });
}
void ActivityTable::on(const PersonMerged& event, const RecordedEvent&) {
  for_each_moved<Activity>(event, [this](ActivityId id, PersonId person) { point(id, person); });
}
void ActivityTable::on(const PersonUnmerged& event, const RecordedEvent&) {
  for_each_moved<Activity>(event, [this](ActivityId id, PersonId person) { point(id, person); });
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
  const auto going = of(event.id);
  for (const auto id : going) {
    moving(id, [&] { follow_deal(there(id)->plain, *event.plain.person); });
  }
}
void ActivityTable::on(const DealDeleted& event, const RecordedEvent&) {
  const auto going = of(event.id);
  for (const auto id : going) {
    moving(id, [&] { remove(id); });
  }
}

}  // namespace annals
