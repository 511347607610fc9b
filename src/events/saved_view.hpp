#pragma once

#include <string>

#include "core/json.hpp"
#include "events/record_kind.hpp"

/// How users like to look at lists. Field numbers and type names are on disk and never change.
namespace annals {

struct SavedView {
  using Id = SavedViewId;
  static constexpr std::string_view name = "saved_view";
  static constexpr std::string_view created = "SavedViewCreated";
  static constexpr std::string_view updated = "SavedViewUpdated";
  static constexpr std::string_view deleted = "SavedViewDeleted";

  template <template <class> class Of>
  struct Plain {
    Of<UserId> user{};
    bool operator==(const Plain&) const = default;
    static constexpr void fields(auto& self, auto&& field) { field(2, "user", self.user); }
  };
  template <template <class> class Of>
  struct Texts {
    Of<std::string> title{};
    Of<std::string> object_type{};
    Of<std::string> type{};
    Of<JsonText> columns{};
    Of<JsonText> filters{};
    Of<JsonText> sorts{};
    Of<JsonText> group_by{};
    Of<JsonText> metadata{};
    bool operator==(const Texts&) const = default;
    static constexpr void fields(auto& self, auto&& field) {
      field(1, "name", self.title);
      field(2, "object_type", self.object_type);
      field(3, "type", self.type);
      field(4, "columns", self.columns);
      field(5, "filters", self.filters);
      field(6, "sorts", self.sorts);
      field(7, "group_by", self.group_by);
      field(8, "metadata", self.metadata);
    }
  };

  static void references(const Plain<Whole>& plain, auto&& with) { with(plain.user); }
};
using SavedViewCreated = RecordCreated<SavedView>;
using SavedViewUpdated = RecordUpdated<SavedView>;
using SavedViewDeleted = RecordDeleted<SavedView>;

}  // namespace annals
