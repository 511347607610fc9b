#pragma once

#include <optional>
#include <string_view>

#include "commands/decide.hpp"
#include "http/message.hpp"

namespace annals::http {

/// What If-Match asks for; nullopt without one. Only the version part of a tag counts; weak and unreadable tags never
/// match, so that a header of nothing else gives a Precondition that no record meets.
std::optional<Precondition> precondition_of(const Request& request);

/// Whether If-None-Match names this tag (weak comparison) or `*`: the client has the record as it is.
bool client_has(const Request& request, std::string_view etag);

}  // namespace annals::http
