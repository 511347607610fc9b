#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace annals {

/// An amount of money in hundredths of its unit: exact, never binary floating point.
struct Amount {
  std::int64_t hundredths = 0;
  constexpr auto operator<=>(const Amount&) const = default;
};

/// What a decimal of 14 digits, two of them behind the point, can hold.
inline constexpr Amount kAmountMax{99'999'999'999'999};

/// A sum of amounts: exact, however many there are.
struct AmountSum {
  __extension__ typedef __int128 Int128;
  Int128 hundredths = 0;
  constexpr AmountSum() = default;
  constexpr AmountSum(Amount amount) : hundredths(amount.hundredths) {}
  constexpr AmountSum& operator+=(AmountSum more) {
    hundredths += more.hundredths;
    return *this;
  }
  constexpr AmountSum& operator-=(AmountSum less) {
    hundredths -= less.hundredths;
    return *this;
  }
  constexpr bool operator==(const AmountSum&) const = default;
};

/// `48000.00`, `-0.50`: always two places.
std::string format_amount(AmountSum amount);

enum class AmountFault { not_a_number, too_many_digits, too_many_places, too_many_whole_digits };
struct ParsedAmount {
  Amount amount;
  std::optional<AmountFault> fault;
};
/// A decimal number, which may have an exponent. Zeros in front count for nothing, those behind the point count.
ParsedAmount parse_amount(std::string_view text);

/// `amount * percent / 100`, rounded half to even to two places.
AmountSum percentage(AmountSum amount, std::uint64_t percent);

/// Three capital letters; ISO 4217 says which there are.
struct Currency {
  std::array<char, 3> letters{'U', 'S', 'D'};
  constexpr auto operator<=>(const Currency&) const = default;
  std::string_view code() const { return {letters.data(), letters.size()}; }
};
/// Of three capital letters, whatever they stand for.
std::optional<Currency> currency_of(std::string_view code);

}  // namespace annals
