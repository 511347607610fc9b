#pragma once

#include "commands/person/relations.hpp"

namespace annals {

/// The tags of persons. All of a duplicate's come to the primary; those that it has already count as dropped: it shows
/// each tag once.
const Relation& tag_relation();

}  // namespace annals
