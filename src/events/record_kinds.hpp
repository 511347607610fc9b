#pragma once

#include "events/activity.hpp"
#include "events/deal.hpp"
#include "events/lead_source.hpp"
#include "events/pipeline.hpp"
#include "events/tag.hpp"

namespace annals {

template <class... Kinds>
struct KindList {};

/// Every kind of record of its own events: see events/record_kind.hpp. Whatever all of them have is derived from here.
using RecordKinds = KindList<Pipeline, Stage, LeadSource, Deal>;

/// Calls `with.template operator()<Kind>()` for each kind.
template <class... Kinds>
constexpr void for_each_kind(KindList<Kinds...>, auto&& with) {
  (with.template operator()<Kinds>(), ...);
}

}  // namespace annals
