#pragma once

#include "projections/lists.hpp"

/// What a dashboard shows, in one JSON object, of one moment.
namespace annals {

/// Days and months are UTC's. Amounts are exact, of the pipeline's commonest currency, those of others beside
/// (`other_totals`) or left out; a weighted value is rounded once, half to even. Costs the days of the
/// pipeline's deals and of activities and what is due today, and reads the pipeline and its stages.
/// Of all pipelines' deals, unless one is asked for; stage by stage that one's or the default one's. Problem: not_found
/// without the pipeline that is asked for.
Result<std::string> overview_of(const ListContext& context, const OverviewRequest& request, Timestamp now);

}  // namespace annals
