#pragma once

#include <optional>
#include <string_view>

#include "core/money.hpp"

namespace annals {

/// A currency that ISO 4217 has today, by its code (ICU knows them).
std::optional<Currency> iso_currency(std::string_view code);

}  // namespace annals
