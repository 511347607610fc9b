#pragma once

#include "projections/kinds/kind_views.hpp"

namespace annals {

template <>
struct KindViews<LeadSource> {
  static constexpr std::string_view name = "LeadSources";
  static constexpr ViewId records = view::lead_sources;
  static constexpr ViewId uniques = view::lead_source_codes;
  static constexpr ViewId positions = view::lead_source_positions;
};

using LeadSources = RecordsOf<LeadSource>;

}  // namespace annals
