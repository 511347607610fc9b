#pragma once

#include <string_view>
#include <vector>

#include "commands/decide.hpp"

/// What goes along with a membership that begins or ends.
namespace annals {

/// Whoever becomes an active member is linked to every free person with the user's email; a blank one matches nobody.
void link_persons(std::vector<Event>& events, UserId user, std::string_view email, const State& state);

/// Ends it. An invitation that is still open goes too: it must not bring back who has been removed.
void end_membership(std::vector<Event>& events, MemberChanged change, const MemberState& member, const State& state);

}  // namespace annals
