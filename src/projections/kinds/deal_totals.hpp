#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "projections/kinds/deals.hpp"
#include "projections/kinds/pipelines.hpp"
#include "projections/record_text.hpp"

namespace annals {

enum class Counted { in, out };

/// What some deals amount to, currency by currency: they are never added up.
struct DealTotals {
  struct OfCurrency {
    std::uint64_t count = 0;
    AmountSum value;
    bool operator==(const OfCurrency&) const = default;
  };
  std::uint64_t count = 0;
  std::map<Currency, OfCurrency> currencies;  ///< those of some of the deals

  void count_deal(const DealCreated::Plain& deal, Counted how);
  void add(const DealTotals& others);
  bool empty() const { return count == 0; }
  AmountSum value(Currency currency) const;
  /// That of most deals; the first by its code when several are, and USD when there are no deals.
  Currency commonest() const;
  bool operator==(const DealTotals&) const = default;
  /// `{"EUR": "…"}`: of every other currency.
  std::string others_json(Currency but) const;
};

/// `count`, `total_value`, `weighted_value` and `other_totals`.
void append_totals(ObjectText& object, const DealTotals& totals, Currency currency, std::uint64_t probability);

}  // namespace annals
