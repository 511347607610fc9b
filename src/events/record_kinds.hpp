#pragma once

#include <type_traits>

#include "events/activity.hpp"
#include "events/deal.hpp"
#include "events/favorite.hpp"
#include "events/lead_source.hpp"
#include "events/pipeline.hpp"
#include "events/saved_view.hpp"
#include "events/tag.hpp"

namespace annals {

template <class... Kinds>
struct KindList {};
template <class... Some, class... More>
constexpr KindList<Some..., More...> operator+(KindList<Some...>, KindList<More...>) {
  return {};
}

/// Every kind of record of its own events: see events/record_kind.hpp. Whatever all of them have is derived from here.
using RecordKinds = KindList<Pipeline, Stage, LeadSource, Deal, Activity, Tag, Favorite, SavedView>;

/// Those that are updated.
template <class... Kinds>
constexpr auto updated_kinds(KindList<Kinds...>) {
  return (KindList<>{} + ... + std::conditional_t<HasUpdates<Kinds>, KindList<Kinds>, KindList<>>{});
}

/// Calls `with.template operator()<Kind>()` for each kind.
template <class... Kinds>
constexpr void for_each_kind(KindList<Kinds...>, auto&& with) {
  (with.template operator()<Kinds>(), ...);
}

}  // namespace annals
