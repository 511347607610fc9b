#pragma once

#include <string>

#include "core/json.hpp"
#include "core/time.hpp"
#include "events/record_kind.hpp"

/// Activities. Field numbers and type names are on disk and never change.
namespace annals {

/// On disk; never change.
enum class ActivityType : std::uint8_t {
  call = 0,
  meeting = 1,
  email = 2,
  note = 3,
  task = 4,
  lunch = 5,
  deadline = 6
};
std::string_view name_of(ActivityType type);
std::optional<ActivityType> activity_type_named(std::string_view name);

struct Activity {
  using Id = ActivityId;
  static constexpr std::string_view name = "activity";
  static constexpr std::string_view created = "ActivityCreated";
  static constexpr std::string_view updated = "ActivityUpdated";
  static constexpr std::string_view deleted = "ActivityDeleted";

  template <template <class> class Of>
  struct Plain {
    Of<ActivityType> kind{};
    Of<std::optional<DealId>> deal{};
    Of<std::optional<PersonId>> person{};
    Of<std::optional<OrganizationId>> organization{};
    Of<std::optional<UserId>> owner{};
    Of<std::optional<Timestamp>> schedule_from{};
    Of<std::optional<Timestamp>> schedule_to{};
    Of<bool> is_done{};
    Of<std::optional<Timestamp>> done_at{};
    Of<std::optional<Timestamp>> reminder_at{};
    Of<bool> reminder_sent{};
    bool operator==(const Plain&) const = default;
    static constexpr void fields(auto& self, auto&& field) {
      field(2, "type", self.kind);
      field(3, "deal", self.deal);
      field(4, "person", self.person);
      field(5, "organization", self.organization);
      field(6, "owner", self.owner);
      field(7, "schedule_from", self.schedule_from);
      field(8, "schedule_to", self.schedule_to);
      field(9, "is_done", self.is_done);
      field(10, "done_at", self.done_at);
      field(11, "reminder_at", self.reminder_at);
      field(12, "reminder_sent", self.reminder_sent);
    }
  };
  template <template <class> class Of>
  struct Texts {
    Of<std::string> title{};
    Of<std::string> location{};
    Of<std::string> comment{};
    Of<JsonText> metadata{};
    bool operator==(const Texts&) const = default;
    static constexpr void fields(auto& self, auto&& field) {
      field(1, "title", self.title);
      field(2, "location", self.location);
      field(3, "comment", self.comment);
      field(4, "metadata", self.metadata);
    }
  };

  static constexpr bool own_slot = true;
  /// How a merge of persons names those that it moves.
  static constexpr std::string_view relation = "activities";
  /// When its owner is to be reminded, as long as that is to be done.
  static std::optional<Timestamp> due_at(const Plain<Whole>& plain) {
    return plain.is_done || plain.reminder_sent || !plain.owner ? std::nullopt : plain.reminder_at;
  }
  static void references(const Plain<Whole>& plain, auto&& with) {
    if (plain.deal) with(*plain.deal);
    if (plain.person) with(*plain.person);
    if (plain.organization) with(*plain.organization);
  }
};
using ActivityCreated = RecordCreated<Activity>;  ///< sealed under the activity's own new slot
using ActivityUpdated = RecordUpdated<Activity>;
using ActivityDeleted = RecordDeleted<Activity>;

}  // namespace annals
