#pragma once

#include <functional>
#include <memory>

#include "core/sealing.hpp"
#include "projections/queries.hpp"
#include "projections/tables.hpp"
#include "storage/byte_store.hpp"

/// Pages of persons and organizations, each of one moment: count, page and records agree. A writer never waits for
/// longer than a slice of the work, a fraction of a millisecond at a million records.
///
/// What a list costs: filters with the orders `created_at` and `lifecycle_stage` count and find any page from sets of
/// rows (at a million records some ten microseconds). The orders `updated_at` and `name` add 30 to 100 ns for every
/// record that matches, some more for names that are equal in their first eight bytes. A search looks at the texts of
/// those that have its trigrams or were written within some milliseconds, some 500 ns each; for needles of three bytes
/// or less only at the latter. Of the page, what is not whole in memory is read from the views.
namespace annals {

struct ListContext {
  PlatformId platform;
  const Digester& digester;
  const ByteStore& store;
  /// The tables now; other ones after a reload. Never gives nullptr.
  std::function<std::shared_ptr<PlatformTables>()> tables;
};

/// Problem: invalid_page past the end.
Result<Page> list_persons(const ListContext& context, const PersonFilter& filter, const PageRequest& request);
Result<Page> list_organizations(const ListContext& context, const OrganizationFilter& filter,
                                const PageRequest& request);

/// Whether one is expected to take more than 0.3 ms; from cardinalities, within microseconds.
bool takes_long(const ListContext& context, const PersonFilter& filter);
bool takes_long(const ListContext& context, const OrganizationFilter& filter);

}  // namespace annals
