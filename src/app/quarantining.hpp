#pragma once

#include <expected>
#include <span>

#include "app/bootstrap.hpp"
#include "storage/store.hpp"

namespace annals {

/// Puts the commits that hold the named positions into quarantine, before anything else uses the store. One that is
/// there already stays; naming one that can be decoded, or a position that no log has, is wrong usage. Throws LogDamage
/// for one that does not verify.
std::expected<void, StartProblem> put_in_quarantine(Store& store, std::span<const QuarantineWish> wishes);

}  // namespace annals
