#pragma once

#include <optional>
#include <string>
#include <variant>

#include "core/json.hpp"
#include "events/record_kind.hpp"

/// Tags, and what they are attached to. Field numbers and type names are on disk and never change.
namespace annals {

struct Tag {
  using Id = TagId;
  static constexpr std::string_view name = "tag";
  static constexpr std::string_view created = "TagCreated";
  static constexpr std::string_view updated = "TagUpdated";
  static constexpr std::string_view deleted = "TagDeleted";

  template <template <class> class Of>
  struct Plain {
    bool operator==(const Plain&) const = default;
    static constexpr void fields(auto&, auto&&) {}
  };
  template <template <class> class Of>
  struct Texts {
    Of<std::string> title{};
    Of<std::string> color{};  ///< `#RRGGBB`
    Of<JsonText> metadata{};
    bool operator==(const Texts&) const = default;
    static constexpr void fields(auto& self, auto&& field) {
      field(1, "name", self.title);
      field(2, "color", self.color);
      field(3, "metadata", self.metadata);
    }
  };

  /// No two tags of a platform share it.
  static std::string unique(const Plain<Whole>&, const Texts<Whole>& texts) { return texts.title; }
};
using TagCreated = RecordCreated<Tag>;
using TagUpdated = RecordUpdated<Tag>;
using TagDeleted = RecordDeleted<Tag>;  ///< nothing has it any more

/// What a tag can be attached to.
using TagHost = std::variant<PersonId, OrganizationId, DealId>;

/// To one of the three.
struct TagAttached {
  static constexpr std::string_view type = "TagAttached";
  static constexpr std::uint16_t schema = 1;
  AssignmentId assignment;
  TagId tag;
  std::optional<PersonId> person;
  std::optional<OrganizationId> organization;
  std::optional<DealId> deal;
  TagHost host() const {
    if (person) return *person;
    if (organization) return *organization;
    return deal.value_or(DealId{});
  }
  static TagAttached to(const TagHost& host, AssignmentId assignment, TagId tag) {
    TagAttached attached{assignment, tag, {}, {}, {}};
    if (const auto* id = std::get_if<PersonId>(&host)) attached.person = *id;
    if (const auto* id = std::get_if<OrganizationId>(&host)) attached.organization = *id;
    if (const auto* id = std::get_if<DealId>(&host)) attached.deal = *id;
    return attached;
  }
  bool operator==(const TagAttached&) const = default;
  static constexpr void fields(auto& self, auto&& field) {
    field(1, "assignment", self.assignment);
    field(2, "tag", self.tag);
    field(3, "person", self.person);
    field(4, "organization", self.organization);
    field(5, "deal", self.deal);
  }
};

struct TagDetached {
  static constexpr std::string_view type = "TagDetached";
  static constexpr std::uint16_t schema = 1;
  AssignmentId assignment;
  bool operator==(const TagDetached&) const = default;
  static constexpr void fields(auto& self, auto&& field) { field(1, "assignment", self.assignment); }
};

}  // namespace annals
