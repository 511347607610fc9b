#pragma once

#include "projections/lists.hpp"

/// The search that ranks: names, email addresses and job titles of persons, names of organizations, titles of deals.
namespace annals {

/// What a text begins with comes first, then what one of its words begins with, then what is elsewhere in it; ties
/// newest first. Persons that were merged into others are left out.
///
/// Each of the three is of one moment. Ranks come from the trigrams, which know what texts and words begin with: so it
/// looks at the texts of a few more records than it shows, whatever matches, and beside them at those that only seem
/// to match (needles of four bytes or more) or were written within milliseconds. Some milliseconds at a million persons
/// (bench_lists); no writer waits for longer than a slice of it.
FoundRecords search_records(const ListContext& context, const SearchRequest& request, Timestamp now);

}  // namespace annals
