#include "projections/tag_assignments.hpp"

#include <algorithm>
#include <unordered_set>

#include "projections/kinds/kind_lists.hpp"
#include "projections/kinds/tags.hpp"
#include "projections/organization_directory.hpp"
#include "projections/person_directory.hpp"
#include "projections/view_ids.hpp"

namespace annals {
namespace {

using Held = std::vector<HeldTag>;  ///< by assignment

std::string key_of_host(const TagHost& host) {
  return std::visit([](const auto& id) { return key_of(Reference(id)); }, host);
}

Held held_by(const ViewReader& views, PlatformId platform, const TagHost& host) {
  const auto plain = views.get_plain(platform, view::tag_hosts, key_of_host(host));
  return plain ? unpack<Held>(*plain) : Held{};
}

void put_held(const Projecting& to, const TagHost& host, const Held& held) {
  if (held.empty()) return to.views.erase(to.platform, view::tag_hosts, key_of_host(host));
  to.views.put(to.platform, view::tag_hosts, key_of_host(host), pack(held));
}

void hold(const Projecting& to, const TagHost& host, const HeldTag& one) {
  auto held = held_by(to.views, to.platform, host);
  held.insert(std::ranges::lower_bound(held, one.assignment, {}, &HeldTag::assignment), one);
  put_held(to, host, held);
  to.views.put(to.platform, view::tags_ever, key_of_host(host) + key_of(one.assignment), {});
}

void hold_no_more(const Projecting& to, const TagHost& host, AssignmentId assignment) {
  auto held = held_by(to.views, to.platform, host);
  std::erase_if(held, [&](const HeldTag& one) { return one.assignment == assignment; });
  put_held(to, host, held);
}

bool tag_is_there(const ViewReader& views, PlatformId platform, TagId id) {
  const auto tag = read_row<Tag>(views, platform, id);
  return tag && !tag->deleted;
}

void put_row(const Projecting& to, const AssignmentRow& row) {
  to.views.put(to.platform, view::tag_assignments, key_of(row.id), pack(row));
}

}  // namespace

TagHost AssignmentRow::host() const {
  if (person) return *person;
  if (organization) return *organization;
  return deal.value_or(DealId{});
}

void AssignmentRow::move_to(const TagHost& host) {
  const auto to = TagAttached::to(host, id, tag);
  person = to.person;
  organization = to.organization;
  deal = to.deal;
}

bool TagAssignments::is_known(const TagHost& host) const {
  if (hosts_elsewhere) return true;
  if (const auto* person = std::get_if<PersonId>(&host)) return read_person_row(views, platform, *person).has_value();
  if (const auto* organization = std::get_if<OrganizationId>(&host)) {
    return read_organization_row(views, platform, *organization).has_value();
  }
  return true;
}

void TagAssignments::on(const TagAttached& event, const RecordedEvent& recorded) {
  AssignmentRow row;
  row.id = event.assignment;
  row.version = recorded.version;
  row.tag = event.tag;
  row.move_to(event.host());
  row.positions.push_back(position);
  count_used(views, platform, view::tag_assignments, row.id);
  if (!is_known(event.host())) return;
  put_row(*this, row);
  hold(*this, event.host(), {row.id, row.tag});
}

void TagAssignments::on(const TagDetached& event, const RecordedEvent& recorded) {
  auto row = read_assignment(views, platform, event.assignment);
  if (!row) return;
  hold_no_more(*this, row->host(), row->id);
  row->version = recorded.version;
  row->attached = false;
  row->positions.push_back(position);
  put_row(*this, *row);
}

void TagAssignments::on(const PersonMerged& event, const RecordedEvent&) {
  each_moved_tag(event, [&](AssignmentId id) { move(id, event.into); });
}

void TagAssignments::on(const PersonUnmerged& event, const RecordedEvent&) {
  each_moved_tag(event, [&](AssignmentId id) { move(id, event.person); });
}

void TagAssignments::move(AssignmentId id, const TagHost& host) {
  auto row = read_assignment(views, platform, id);
  if (!row || !row->attached) return;
  hold_no_more(*this, row->host(), row->id);
  row->attached = is_known(host);
  if (row->attached) row->move_to(host);
  row->positions.push_back(position);
  put_row(*this, *row);
  if (row->attached) hold(*this, host, {row->id, row->tag});
}

void TagAssignments::leave(const TagHost& host) {
  const auto held = held_by(views, platform, host);
  if (held.empty()) return;
  for (const auto& one : held) {
    auto row = *read_assignment(views, platform, one.assignment);
    row.attached = false;
    row.positions.push_back(position);
    put_row(*this, row);
  }
  put_held(*this, host, {});
}

Projection tag_assignments_projection() {
  return {"TagAssignments", {view::tag_assignments, view::tag_hosts, view::tags_ever}, apply_to<TagAssignments>};
}

std::optional<AssignmentRow> read_assignment(const ViewReader& views, PlatformId platform, AssignmentId id) {
  const auto plain = views.get_plain(platform, view::tag_assignments, key_of(id));
  return plain ? std::optional(unpack<AssignmentRow>(*plain)) : std::nullopt;
}

AssignmentId next_assignment_id(const ViewReader& views, PlatformId platform) {
  return next_of(views, platform, view::tag_assignments, AssignmentId{1});
}

std::vector<HeldTag> assignments_of(const ViewReader& views, PlatformId platform, const TagHost& host) {
  auto held = held_by(views, platform, host);
  std::erase_if(held, [&](const HeldTag& one) { return !tag_is_there(views, platform, one.tag); });
  return held;
}

bool has_any(const ViewReader& views, PlatformId platform, const TagHost& host, const std::vector<TagId>& tags) {
  return std::ranges::any_of(assignments_of(views, platform, host),
                             [&](const HeldTag& held) { return std::ranges::find(tags, held.tag) != tags.end(); });
}

void walk_assignments(const ViewReader& views, PlatformId platform,
                      const std::function<void(const AssignmentRow&)>& with) {
  for (auto at = views.scan(platform, view::tag_assignments, {}); at->valid(); at->next()) {
    if (at->key() == kNextKey) continue;
    const auto assignment = unpack<AssignmentRow>(at->plain());
    if (assignment.attached && tag_is_there(views, platform, assignment.tag)) with(assignment);
  }
}

std::vector<AssignmentId> assignments_ever(const ViewReader& views, PlatformId platform, const TagHost& host) {
  std::vector<AssignmentId> ever;
  const auto prefix = key_of_host(host);
  for (auto at = views.scan(platform, view::tags_ever, prefix); at->valid(); at->next()) {
    ever.push_back(AssignmentId{read_big_endian(at->key().substr(prefix.size()))});
  }
  return ever;
}

namespace {

/// Calls `with` for each tag that the host shows, with its chip.
void each_shown(const ViewReader& views, PlatformId platform, const TagHost& host, auto&& with) {
  std::unordered_set<TagId> shown;
  for (const auto& held : held_by(views, platform, host)) {
    if (!shown.insert(held.tag).second) continue;
    if (const auto tag = read_record<Tag>(views, platform, held.tag)) with(held, tag_chip(held.tag, tag->texts));
  }
}

std::string assignment_json(AssignmentId assignment, std::string_view chip) {
  ObjectText object;
  object.key("assignment_id").number(assignment.value).key("tag").json(chip);
  return std::move(object).close();
}

}  // namespace

std::string tags_json(const ViewReader& views, PlatformId platform, const TagHost& host) {
  std::string tags = "[";
  each_shown(views, platform, host, [&](const HeldTag&, const std::string& chip) {
    if (tags.size() > 1) tags += ',';
    tags += chip;
  });
  return tags + ']';
}

std::string assignment_json(const ViewReader& views, PlatformId platform, AssignmentId assignment, TagId tag) {
  const auto record = read_record<Tag>(views, platform, tag);
  return assignment_json(assignment, tag_chip(tag, record ? record->texts : TagCreated::Texts{}));
}

Result<Page> list_tags_of(const RecordReading& from, const TagHost& host, const PageRequest& request) {
  std::vector<std::string> all;
  const auto newest = next_of(*from.views, from.platform, view::tag_assignments, AssignmentId{1}).value - 1;
  const auto before = request.before.value_or(Ordinal{static_cast<std::uint32_t>(newest)});
  each_shown(*from.views, from.platform, host, [&](const HeldTag& held, const std::string& chip) {
    if (held.assignment.value <= before.value) all.push_back(assignment_json(held.assignment, chip));
  });
  if (is_past_end(request, all.size())) return std::unexpected(Problem(ProblemCode::invalid_page));
  const auto window = window_of(request);
  ResultsText results;
  for (auto at = window.skip; at < all.size() && at - window.skip < window.take; ++at) results.next() += all[at];
  return Page{all.size(), std::move(results).close(), before};
}

}  // namespace annals
