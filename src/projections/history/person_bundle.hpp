#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "projections/history/record_history.hpp"

namespace annals {

/// Everything that is kept of a person, for whoever asks what is known about them, as one JSON object: {person,
/// history, merges: {merged_into, duplicates}, invitations, deals, activities, user, membership, events}. `person` is
/// null once it was deleted; `invitations` are those to the person and to its primary email; `user` and `membership`
/// are of the user that it is linked to; `events` are all of its stream, as the feed shows them. nullopt: there never
/// was such a person, or it is erased. Reads every invitation's plain part. Throws LogDamage.
std::optional<std::string> person_bundle(const HistoryContext& context, std::string_view platform_key, PersonId id,
                                         Timestamp now, const Usernames& usernames);

}  // namespace annals
