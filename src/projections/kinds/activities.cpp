#include "projections/kinds/activities.hpp"

#include "events/enums.hpp"
#include "projections/kinds/kind_lists.hpp"

namespace annals {
namespace {

using Plain = RecordCreated<Activity>::Plain;

template <class Id>
void clear(std::optional<Id>& parent, const Reference& gone) {
  if (parent && Reference(*parent) == gone) parent.reset();
}

}  // namespace

void lose_parent(Plain& plain, const Reference& gone) {
  clear(plain.person, gone);
  clear(plain.organization, gone);
}

bool has_parent(const Plain& plain) {
  return plain.deal || plain.person || plain.organization;
}

void follow_deal(Plain& plain, PersonId person_of_deal) {
  if (plain.person) plain.person = person_of_deal;
}

void Activities::lose(const Reference& parent) {
  for (const auto id : referring<Activity>(views, platform, parent)) {
    go_along(id, [&](Open& activity) { lose_parent(activity.row.plain, parent); });
    note_gone(parent, id);
    const auto row = read_row<Activity>(views, platform, id);
    if (!has_parent(row->plain)) remove(*row);
  }
}

void Activities::on(const PersonDeleted& event, const RecordedEvent&) {
  lose(event.person);
}
void Activities::on(const PersonErased& event, const RecordedEvent& recorded) {
  RecordsAboutPersons::on(event, recorded);
  lose(event.person);
}
void Activities::on(const OrganizationDeleted& event, const RecordedEvent&) {
  lose(event.organization);
}
void Activities::on(const DealUpdated& event, const RecordedEvent&) {
  if (!event.plain.person) return;
  for (const auto id : referring<Activity>(views, platform, event.id)) {
    go_along(id, [&](Open& activity) { follow_deal(activity.row.plain, *event.plain.person); });
  }
}
void Activities::on(const DealDeleted& event, const RecordedEvent&) {
  for (const auto id : referring<Activity>(views, platform, event.id)) {
    remove(*read_row<Activity>(views, platform, id));
  }
}

RecordText record_text(const ViewReader&, PlatformId platform, const KindRecord<Activity>& activity) {
  const auto& [kind, deal, person, organization, owner, from, to, is_done, done_at, reminder_at, reminder_sent] =
      activity.plain;
  ObjectText object;
  object.key("id").number(activity.id.value).key("platform").number(platform.value);
  object.key("title").text(activity.texts.title).key("type").text(name_of(kind));
  object.key("location").text(activity.texts.location).key("comment").text(activity.texts.comment);
  add_or_null(object.key("schedule_from"), from);
  add_or_null(object.key("schedule_to"), to);
  object.key("is_done").boolean(is_done);
  add_or_null(object.key("done_at"), done_at);
  add_or_null(object.key("deal"), deal);
  add_or_null(object.key("person"), person);
  add_or_null(object.key("organization"), organization);
  add_or_null(object.key("owner"), owner);
  add_or_null(object.key("reminder_at"), reminder_at);
  object.key("reminder_sent").boolean(reminder_sent);
  std::string parents;  // lost and moved by events of other streams
  Activity::references(activity.plain, [&](const Reference& parent) { parents += key_of(parent); });
  return {close_record(std::move(object), activity), std::move(parents)};
}

template std::optional<ShownRecord> show_record<Activity>(const RecordReading&, ActivityId);
template bool record_exists<Activity>(const RecordReading&, ActivityId);

}  // namespace annals
