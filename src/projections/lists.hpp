#pragma once

#include <functional>
#include <memory>

#include "core/sealing.hpp"
#include "projections/queries.hpp"
#include "projections/tables.hpp"
#include "storage/byte_store.hpp"

/// Pages of persons and organizations. Filters and orders that look at columns cost nanoseconds a row; those that look
/// at names and other texts read and open every record that the other filters leave, about 3 µs each.
namespace annals {

/// Runs a part of a query while the tables and a snapshot of the views show the same commits; the snapshot is good
/// afterwards too, the tables are not.
using TogetherWith = std::function<void(const PlatformTables& tables)>;
/// Never gives nullptr.
using AgreeingViews = std::function<std::shared_ptr<const ViewReader>(const TogetherWith& together)>;

struct ListContext {
  PlatformId platform;
  const Digester& digester;
  AgreeingViews agreeing;
};

Result<Page> list_persons(const ListContext& context, const PersonFilter& filter, const PageRequest& request);
Result<Page> list_organizations(const ListContext& context, const OrganizationFilter& filter,
                                const PageRequest& request);

/// Which of `count` results a page shows.
struct Window {
  std::uint64_t skip = 0;
  std::uint64_t take = 0;
};
Window window_of(const PageRequest& request);
/// Past the end; page 1 of nothing is not.
bool is_past_end(const PageRequest& request, std::uint64_t count);

}  // namespace annals
