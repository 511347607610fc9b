#pragma once

#include <functional>
#include <span>

#include "commands/command.hpp"
#include "core/ids.hpp"
#include "http/ports.hpp"

namespace annals {

/// What the clock asks for: submits the command, as the server itself, for every platform but the system's where
/// something is due, and waits for the answers.
void submit_where(std::span<const PlatformId> platforms, CommandPort& commands, const Command& command,
                  const std::function<bool(PlatformId)>& is_due);

}  // namespace annals
