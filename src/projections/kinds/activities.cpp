#include "projections/kinds/activities.hpp"

#include "events/enums.hpp"
#include "projections/kinds/kind_lists.hpp"
#include "projections/kinds/person_moves.hpp"

namespace annals {
namespace {

template <class Id>
void clear(std::optional<Id>& parent, const Reference& gone) {
  if (parent && Reference(*parent) == gone) parent.reset();
}

/// The times that lists are ordered by; what has none stands behind all that have one, whichever way.
std::optional<Timestamp> ordered_by(ActivityOrder order, const KindRecord<Activity>& activity) {
  switch (order) {
    case ActivityOrder::created_at:
      return activity.created_at;
    case ActivityOrder::schedule_from:
      return activity.plain.schedule_from;
    case ActivityOrder::reminder_at:
      return activity.plain.reminder_at;
  }
  return std::nullopt;
}

void put_in_order(std::vector<KindRecord<Activity>>& newest_first, ActivityOrder order, bool descending) {
  std::ranges::stable_sort(newest_first, [&](const auto& left, const auto& right) {
    const auto one = ordered_by(order, left);
    const auto other = ordered_by(order, right);
    if (!one || !other) return one.has_value() && !other.has_value();
    return descending ? *one > *other : *one < *other;
  });
}

bool has_key(const JsonText& metadata, const std::string& wanted) {
  if (json_kind(metadata.text) != JsonKind::object) return false;
  return std::ranges::any_of(json_members(metadata.text), [&](const auto& member) { return member.first == wanted; });
}

bool keeps(const ActivityFilter& filter, const KindRecord<Activity>& activity) {
  const auto& plain = activity.plain;
  const auto is = [](const auto& wanted, const auto& there) { return !wanted || *wanted == there; };
  return is(filter.type, plain.kind) && is(filter.is_done, plain.is_done) &&
         (!filter.owner || plain.owner == *filter.owner) && (!filter.person || plain.person == *filter.person) &&
         (!filter.organization || plain.organization == *filter.organization) &&
         (!filter.schedule_from_gte || (plain.schedule_from && *plain.schedule_from >= *filter.schedule_from_gte)) &&
         (!filter.schedule_from_lte || (plain.schedule_from && *plain.schedule_from <= *filter.schedule_from_lte)) &&
         (!filter.metadata_has_key || has_key(activity.texts.metadata, *filter.metadata_has_key));
}

}  // namespace

void Activities::lose(const Reference& parent) {
  for (const auto id : referring<Activity>(views, platform, parent)) {
    rewrite(id, [&](Open& activity) {
      auto& plain = activity.row.plain;
      clear(plain.person, parent);
      clear(plain.organization, parent);
    });
    const auto row = read_row<Activity>(views, platform, id);
    if (!row->plain.person && !row->plain.organization) remove(*row);
  }
}

void Activities::give(std::span<const std::uint64_t> activities, PersonId person) {
  for (const auto id : activities) {
    rewrite(ActivityId{id}, [&](Open& activity) { activity.row.plain.person = person; });
  }
}

void Activities::on(const PersonDeleted& event, const RecordedEvent&) {
  lose(event.person);
}
void Activities::on(const PersonErased& event, const RecordedEvent&) {
  lose(event.person);
}
void Activities::on(const OrganizationDeleted& event, const RecordedEvent&) {
  lose(event.organization);
}
void Activities::on(const PersonMerged& event, const RecordedEvent&) {
  give(moved_records(event, Activity::relation), event.into);
}
void Activities::on(const PersonUnmerged& event, const RecordedEvent&) {
  give(returned_records(event, Activity::relation), event.person);
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

Result<Page> list_activities(const RecordReading& from, const ActivityFilter& filter, const PageRequest& request) {
  const auto keep = [&](const KindRecord<Activity>& activity) { return keeps(filter, activity); };
  auto activities = records_that<Activity>(from, keep, request);
  if (filter.order != ActivityOrder::created_at || !filter.descending) {
    put_in_order(activities, filter.order, filter.descending);
  }
  return page_of_records<Activity>(from, activities, request);
}

template std::optional<ShownRecord> show_record<Activity>(const RecordReading&, ActivityId);
template bool record_exists<Activity>(const RecordReading&, ActivityId);

}  // namespace annals
