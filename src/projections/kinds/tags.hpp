#pragma once

#include <string>

#include "projections/kinds/kind_views.hpp"

namespace annals {

template <>
struct KindViews<Tag> {
  static constexpr std::string_view name = "Tags";
  static constexpr ViewId records = view::tags;
  static constexpr ViewId uniques = view::tag_names;
  static constexpr ViewId positions = view::tag_positions;
};

using Tags = RecordsOf<Tag>;

/// `{"id":…,"name":…,"color":…}`, as what carries the tag shows it.
std::string tag_chip(TagId id, const TagCreated::Texts& texts);

}  // namespace annals
