#include "core/money.hpp"

#include <algorithm>
#include <charconv>
#include <ranges>

namespace annals {
namespace {

constexpr int kPlaces = 2;
constexpr int kDigits = 14;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// A number as its digits, without zeros at the front, and where its point stands.
struct Decimal {
  bool negative = false;
  std::string digits;
  std::int64_t exponent = 0;  ///< of ten, of the last digit
};

std::optional<Decimal> read_decimal(std::string_view text) {
  Decimal decimal;
  if (text.starts_with('-') || text.starts_with('+')) {
    decimal.negative = text.front() == '-';
    text.remove_prefix(1);
  }
  const auto e = text.find_first_of("eE");
  auto mantissa = text.substr(0, e);
  const auto point = mantissa.find('.');
  const auto whole = mantissa.substr(0, point);
  const auto fraction = point == std::string_view::npos ? std::string_view() : mantissa.substr(point + 1);
  if (whole.empty() && fraction.empty()) return std::nullopt;
  if (!std::ranges::all_of(whole, is_digit) || !std::ranges::all_of(fraction, is_digit)) return std::nullopt;
  if (e != std::string_view::npos) {
    auto exponent = text.substr(e + 1);
    if (exponent.starts_with('+')) exponent.remove_prefix(1);
    std::int32_t value = 0;
    const auto [end, error] = std::from_chars(exponent.data(), exponent.data() + exponent.size(), value);
    if (error != std::errc{} || end != exponent.data() + exponent.size()) return std::nullopt;
    decimal.exponent = value;
  }
  decimal.digits.append(whole).append(fraction);
  decimal.exponent -= static_cast<std::int64_t>(fraction.size());
  decimal.digits.erase(0, std::min(decimal.digits.find_first_not_of('0'), decimal.digits.size()));
  return decimal;
}

}  // namespace

std::string format_amount(AmountSum amount) {
  auto rest = amount.hundredths;
  std::string digits;  // the last one first
  for (int count = 0; rest != 0 || count <= kPlaces; ++count) {
    if (count == kPlaces) digits += '.';
    const auto digit = static_cast<int>(rest % 10);
    digits += static_cast<char>('0' + (digit < 0 ? -digit : digit));
    rest /= 10;
  }
  if (amount.hundredths < 0) digits += '-';
  std::ranges::reverse(digits);
  return digits;
}

ParsedAmount parse_amount(std::string_view text) {
  const auto decimal = read_decimal(text);
  if (!decimal) return {{}, AmountFault::not_a_number};
  const auto& [negative, digits, exponent] = *decimal;
  const auto count = static_cast<std::int64_t>(digits.size());
  const auto places = std::max<std::int64_t>(0, -exponent);
  const auto total = std::max(count + std::max<std::int64_t>(0, exponent), places);
  if (total > kDigits) return {{}, AmountFault::too_many_digits};
  if (places > kPlaces) return {{}, AmountFault::too_many_places};
  if (total - places > kDigits - kPlaces) return {{}, AmountFault::too_many_whole_digits};
  std::int64_t value = 0;
  for (const char digit : digits) value = value * 10 + (digit - '0');
  for (auto left = exponent + kPlaces; left > 0; --left) value *= 10;
  return {{negative ? -value : value}, std::nullopt};
}

AmountSum percentage(AmountSum amount, std::uint64_t percent) {
  const auto product = amount.hundredths * static_cast<std::int64_t>(percent);
  const auto rest = product % 100 < 0 ? -(product % 100) : product % 100;
  AmountSum part;
  part.hundredths = product / 100;
  if (rest > 50 || (rest == 50 && part.hundredths % 2 != 0)) part.hundredths += product < 0 ? -1 : 1;
  return part;
}

std::optional<Currency> currency_of(std::string_view code) {
  Currency currency;
  if (code.size() != currency.letters.size()) return std::nullopt;
  if (!std::ranges::all_of(code, [](char c) { return c >= 'A' && c <= 'Z'; })) return std::nullopt;
  std::ranges::copy(code, currency.letters.begin());
  return currency;
}

}  // namespace annals
