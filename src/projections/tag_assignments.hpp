#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "projections/projecting.hpp"
#include "projections/projections.hpp"

namespace annals {

/// A tag on something, or no more.
struct AssignmentRow {
  AssignmentId id;
  StreamVersion version;
  TagId tag;
  std::optional<PersonId> person;  ///< one of the three: the last that had it
  std::optional<OrganizationId> organization;
  std::optional<DealId> deal;
  bool attached = true;             ///< also while its tag is deleted: then nothing shows it
  std::vector<Position> positions;  ///< of all events that concern it, but for those of its tag
  bool operator==(const AssignmentRow&) const = default;
  static void parts(auto& self, auto&& all) {
    all(self.id, self.version, self.tag, self.person, self.organization, self.deal, self.attached, self.positions);
  }
  TagHost host() const;
  void move_to(const TagHost& host);
};

/// An assignment as its host holds it.
struct HeldTag {
  AssignmentId assignment;
  TagId tag;
  bool operator==(const HeldTag&) const = default;
  static void parts(auto& self, auto&& all) { all(self.assignment, self.tag); }
};

/// Which tags persons, organizations and deals have. A deleted tag stays where it is and is shown by nothing: deleting
/// it costs the same however many have it.
struct TagAssignments : Projecting {
  using Events = EventSet<TagAttached, TagDetached, PersonMerged, PersonUnmerged, PersonDeleted, PersonErased,
                          OrganizationDeleted, DealDeleted>;
  bool hosts_elsewhere = false;  ///< what carries tags is not among these views
  void on(const TagAttached& event, const RecordedEvent& recorded);
  void on(const TagDetached& event, const RecordedEvent& recorded);
  void on(const PersonMerged& event, const RecordedEvent& recorded);
  void on(const PersonUnmerged& event, const RecordedEvent& recorded);
  void on(const PersonDeleted& event, const RecordedEvent&) { leave(event.person); }
  void on(const PersonErased& event, const RecordedEvent&) { leave(event.person); }
  void on(const OrganizationDeleted& event, const RecordedEvent&) { leave(event.organization); }
  void on(const DealDeleted& event, const RecordedEvent&) { leave(event.id); }

 private:
  bool is_known(const TagHost& host) const;  ///< else it was passed over in the log, and carries nothing
  void move(AssignmentId id, const TagHost& host);
  void leave(const TagHost& host);  ///< it is gone
};
Projection tag_assignments_projection();

inline constexpr std::string_view kTagRelation = "tags";  ///< as events name it; on disk, never change
/// Calls `with` for each assignment that the merge took along.
void each_moved_tag(const PersonMerged& event, auto&& with) {
  for (const auto& records : event.relations) {
    if (records.relation != kTagRelation) continue;
    for (const auto id : records.moved) with(AssignmentId{id});
    for (const auto id : records.dropped) with(AssignmentId{id});
  }
}
/// For each that went back with the duplicate.
void each_moved_tag(const PersonUnmerged& event, auto&& with) {
  for (const auto& records : event.relations) {
    if (records.relation != kTagRelation) continue;
    for (const auto id : records.returned) with(AssignmentId{id});
    for (const auto id : records.restored) with(AssignmentId{id});
  }
}

std::optional<AssignmentRow> read_assignment(const ViewReader& views, PlatformId platform, AssignmentId id);
AssignmentId next_assignment_id(const ViewReader& views, PlatformId platform);
/// Of tags that are there, by id. A merge may have left several of one tag.
std::vector<HeldTag> assignments_of(const ViewReader& views, PlatformId platform, const TagHost& host);
bool has_any(const ViewReader& views, PlatformId platform, const TagHost& host, const std::vector<TagId>& tags);
/// Every assignment that holds, of tags that are there, by id.
void walk_assignments(const ViewReader& views, PlatformId platform,
                      const std::function<void(const AssignmentRow&)>& with);
/// All that the host ever had, by id.
std::vector<AssignmentId> assignments_ever(const ViewReader& views, PlatformId platform, const TagHost& host);
/// What the host shows, a JSON array of tag_chip in the order of the assignments, each tag once.
std::string tags_json(const ViewReader& views, PlatformId platform, const TagHost& host);

/// `{"assignment_id":…,"tag":…}`, what attaching answers.
std::string assignment_json(const ViewReader& views, PlatformId platform, AssignmentId assignment, TagId tag);

}  // namespace annals
