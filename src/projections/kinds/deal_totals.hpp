#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "projections/kinds/deals.hpp"
#include "projections/kinds/pipelines.hpp"
#include "projections/record_text.hpp"

namespace annals {

/// What some deals amount to, currency by currency: they are never added up.
struct DealTotals {
  struct OfCurrency {
    std::uint64_t count = 0;
    AmountSum value;
  };
  std::uint64_t count = 0;
  std::map<Currency, OfCurrency> currencies;

  void add(const DealCreated::Plain& deal);
  void add(const DealTotals& others);
  AmountSum value(Currency currency) const;
  /// That of most deals; the first by its code when several are, and USD when there are no deals.
  Currency commonest() const;
  /// `{"EUR": "…"}`: of every other currency.
  std::string others_json(Currency but) const;
};

/// `count`, `total_value`, `weighted_value` and `other_totals`.
void append_totals(ObjectText& object, const DealTotals& totals, Currency currency, std::uint64_t probability);

}  // namespace annals
