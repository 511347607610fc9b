#include "core/money.hpp"

#include <catch2/catch.hpp>

namespace annals::money_test {
namespace {

Amount amount(std::string_view text) {
  const auto parsed = parse_amount(text);
  INFO(text);
  REQUIRE_FALSE(parsed.fault);
  return parsed.amount;
}

TEST_CASE("an amount reads as a decimal number and shows two places", "[core]") {
  for (const auto& [text, shown] : {std::pair{"48000", "48000.00"},
                                    {"48000.5", "48000.50"},
                                    {"-0.50", "-0.50"},
                                    {"+7", "7.00"},
                                    {".25", "0.25"},
                                    {"3.", "3.00"},
                                    {"0007.10", "7.10"},
                                    {"1e3", "1000.00"},
                                    {"12.5E-1", "1.25"},
                                    {"0", "0.00"},
                                    {"-0", "0.00"},
                                    {"999999999999.99", "999999999999.99"},
                                    {"-999999999999.99", "-999999999999.99"}}) {
    INFO(text);
    CHECK(format_amount(amount(text)) == shown);
  }
}

TEST_CASE("an amount of too many digits is refused for what is too many", "[core]") {
  CHECK(parse_amount("1.234").fault == AmountFault::too_many_places);
  CHECK(parse_amount("1.230").fault == AmountFault::too_many_places);
  CHECK(parse_amount("1000000000000").fault == AmountFault::too_many_whole_digits);
  CHECK(parse_amount("1000000000000.00").fault == AmountFault::too_many_digits);
  CHECK(parse_amount("1e13").fault == AmountFault::too_many_whole_digits);
  CHECK(parse_amount("1e2000000000").fault == AmountFault::too_many_digits);
  CHECK(parse_amount("1e-2000000000").fault == AmountFault::too_many_digits);
}

TEST_CASE("what is no decimal number is no amount", "[core]") {
  for (const auto* text :
       {"", "-", ".", "1,5", "0x10", "NaN", "Infinity", "1e", "1e1.5", "1 000", "--1", "1e99999999999"}) {
    INFO(text);
    CHECK(parse_amount(text).fault == AmountFault::not_a_number);
  }
}

TEST_CASE("a percentage is rounded half to even", "[core]") {
  CHECK(percentage(amount("0.01"), 50) == amount("0.00"));
  CHECK(percentage(amount("0.03"), 50) == amount("0.02"));
  CHECK(percentage(amount("0.05"), 50) == amount("0.02"));
  CHECK(percentage(amount("-0.03"), 50) == amount("-0.02"));
  CHECK(percentage(amount("0.99"), 33) == amount("0.33"));
  CHECK(percentage(amount("999999999999.99"), 100) == amount("999999999999.99"));
  CHECK(percentage(amount("48000.00"), 0) == amount("0"));
}

TEST_CASE("a sum is exact beyond what one amount can hold", "[core]") {
  AmountSum sum;
  for (int i = 0; i < 200'000; ++i) sum += kAmountMax;
  CHECK(format_amount(sum) == "199999999999998000.00");
  CHECK(format_amount(percentage(sum, 75)) == "149999999999998500.00");
  sum += amount("-199999999999.07");
  CHECK(format_amount(sum) == "199999799999998000.93");
  AmountSum debt;
  debt += amount("-0.07");
  CHECK(format_amount(debt) == "-0.07");
}

TEST_CASE("a currency is three capital letters", "[core]") {
  CHECK(currency_of("EUR")->code() == "EUR");
  for (const auto* code : {"", "EU", "eur", "EURO", "E1R"}) {
    INFO(code);
    CHECK_FALSE(currency_of(code));
  }
}

}  // namespace
}  // namespace annals::money_test
