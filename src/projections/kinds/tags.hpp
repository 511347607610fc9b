#pragma once

#include <string>
#include <vector>

#include "projections/kinds/kind_views.hpp"

namespace annals {

template <>
struct KindViews<Tag> {
  static constexpr std::string_view name = "Tags";
  static constexpr ViewId records = view::tags;
  static constexpr ViewId uniques = view::tag_names;
};

/// Notes where each tag's events stand, beside the tags: what carried a tag once shows it as it was then.
struct Tags : RecordsOf<Tag> {
  template <class Event>
  void on(const Event& event, const RecordedEvent& recorded) {
    RecordsOf::on(event, recorded);
    views.put(platform, view::tag_positions, key_of(event.id) + key_of(position), {});
  }
};
Projection tags_projection();

/// Of all the tag's events, ascending.
std::vector<Position> tag_positions(const ViewReader& views, PlatformId platform, TagId tag);

/// `{"id":…,"name":…,"color":…}`, as what carries the tag shows it.
std::string tag_chip(TagId id, const TagCreated::Texts& texts);

}  // namespace annals
