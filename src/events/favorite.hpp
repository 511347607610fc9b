#pragma once

#include <string>

#include "core/json.hpp"
#include "events/record_kind.hpp"

/// What users mark for themselves. Field numbers and type names are on disk and never change.
namespace annals {

struct Favorite {
  using Id = FavoriteId;
  static constexpr std::string_view name = "favorite";
  static constexpr std::string_view created = "FavoriteAdded";
  static constexpr std::string_view deleted = "FavoriteRemoved";

  /// One of the three is there.
  template <template <class> class Of>
  struct Plain {
    Of<UserId> user{};
    Of<std::optional<PersonId>> person{};
    Of<std::optional<OrganizationId>> organization{};
    Of<std::optional<DealId>> deal{};
    bool operator==(const Plain&) const = default;
    static constexpr void fields(auto& self, auto&& field) {
      field(2, "user", self.user);
      field(3, "person", self.person);
      field(4, "organization", self.organization);
      field(5, "deal", self.deal);
    }
  };
  template <template <class> class Of>
  struct Texts {
    Of<JsonText> metadata{};
    bool operator==(const Texts&) const = default;
    static constexpr void fields(auto& self, auto&& field) { field(1, "metadata", self.metadata); }
  };

  /// How a merge of persons names those that it moves.
  static constexpr std::string_view relation = "favorites";
  static void references(const Plain<Whole>& plain, auto&& with) {
    with(plain.user);
    if (plain.person) with(*plain.person);
    if (plain.organization) with(*plain.organization);
    if (plain.deal) with(*plain.deal);
  }
  /// A user marks each record once.
  static std::string unique(const Plain<Whole>& plain, const Texts<Whole>&) {
    std::string target = plain.person         ? plain.person->to_string()
                         : plain.organization ? plain.organization->to_string()
                         : plain.deal         ? std::to_string(plain.deal->value)
                                              : std::string();
    return std::to_string(plain.user.value) + ' ' + target;
  }
};
using FavoriteAdded = RecordCreated<Favorite>;
using FavoriteRemoved = RecordDeleted<Favorite>;

}  // namespace annals
