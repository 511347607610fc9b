#pragma once

#include "projections/kinds/kind_views.hpp"

namespace annals {

template <>
struct KindViews<SavedView> {
  static constexpr std::string_view name = "SavedViews";
  static constexpr ViewId records = view::saved_views;
  static constexpr ViewId references = view::saved_view_references;
};

using SavedViews = RecordsOf<SavedView>;

}  // namespace annals
