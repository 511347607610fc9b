#pragma once

#include <functional>
#include <optional>
#include <string>

#include "core/sealing.hpp"
#include "projections/queries.hpp"
#include "storage/byte_store.hpp"
#include "storage/commit_log.hpp"

/// A record's past, made anew from the events of its own stream by the same `apply` that fills the views. Costs those
/// events and not the log. All of these throw LogDamage.
namespace annals {

struct HistoryContext {
  const CommitLog& log;
  const Sealer& sealer;
  const Digester& digester;
  const ViewReader& views;  ///< as they stand now: they know where the events are
  PlatformId platform;
};

/// nullopt: the server itself, or a user whose name is not known any more.
using Usernames = std::function<std::optional<std::string>(UserId)>;

/// One JSON array, newest first: {id, position, timestamp, action, event, actor_username, changes: {field: [old,
/// new]}}, also of a record that was deleted, merged away or erased (then without what was personal, and `erased` says
/// so). nullopt: there never was such a record.
std::optional<std::string> person_history(const HistoryContext& context, PersonId id, const Usernames& usernames);
std::optional<std::string> organization_history(const HistoryContext& context, OrganizationId id,
                                                const Usernames& usernames);

std::optional<std::string> deal_history(const HistoryContext& context, DealId id, const Usernames& usernames);

/// The record as it stood behind the commit that ends at `until`; nullopt: it was not there.
std::optional<ShownRecord> person_as_of(const HistoryContext& context, PersonId id, Position until);
std::optional<ShownRecord> organization_as_of(const HistoryContext& context, OrganizationId id, Position until);

}  // namespace annals
