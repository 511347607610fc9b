#include "commands/fields/currencies.hpp"

#include <unicode/ucurr.h>
#include <unicode/uenum.h>

#include <set>
#include <string>

namespace annals {
namespace {

std::set<std::string, std::less<>> known_codes() {
  std::set<std::string, std::less<>> codes;
  UErrorCode error = U_ZERO_ERROR;
  auto* all = ucurr_openISOCurrencies(UCURR_NON_DEPRECATED, &error);
  int32_t length = 0;
  while (U_SUCCESS(error)) {
    const auto* code = uenum_next(all, &length, &error);
    if (code == nullptr) break;
    codes.emplace(code, static_cast<std::size_t>(length));
  }
  uenum_close(all);
  return codes;
}

}  // namespace

std::optional<Currency> iso_currency(std::string_view code) {
  static const auto known = known_codes();
  return known.contains(code) ? currency_of(code) : std::nullopt;
}

}  // namespace annals
