#pragma once

#include <cstdint>
#include <string_view>

#include "events/event.hpp"
#include "events/event_codec.hpp"

namespace annals {

/// Reads one stored event of a known type into the variant, from any schema version up to the current one.
using StoredEventReader = void (*)(const StoredEvent& stored, Event& event);

/// Throws DecodeError for a type that is not in the variant, naming `schema` too; the reader does for newer versions.
StoredEventReader event_reader(std::string_view type, std::uint16_t schema);
bool is_event_type(std::string_view type);

}  // namespace annals
