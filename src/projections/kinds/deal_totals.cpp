#include "projections/kinds/deal_totals.hpp"

namespace annals {

void DealTotals::count_deal(const DealCreated::Plain& deal, Counted how) {
  auto& [deals, value] = currencies[deal.currency];
  if (how == Counted::in) {
    ++count;
    ++deals;
    value += deal.lead_value;
    return;
  }
  --count;
  value -= deal.lead_value;
  if (--deals == 0) currencies.erase(deal.currency);
}

void DealTotals::add(const DealTotals& others) {
  count += others.count;
  for (const auto& [currency, totals] : others.currencies) {
    auto& [deals, value] = currencies[currency];
    deals += totals.count;
    value += totals.value;
  }
}

AmountSum DealTotals::value(Currency currency) const {
  const auto found = currencies.find(currency);
  return found == currencies.end() ? AmountSum() : found->second.value;
}

Currency DealTotals::commonest() const {
  Currency found;
  std::uint64_t most = 0;
  for (const auto& [currency, totals] : currencies) {
    if (totals.count <= most) continue;
    found = currency;
    most = totals.count;
  }
  return found;
}

std::string DealTotals::others_json(Currency but) const {
  ObjectText others;
  for (const auto& [currency, totals] : currencies) {
    if (currency != but) others.key(currency.code()).text(format_amount(totals.value));
  }
  return std::move(others).close();
}

void append_totals(ObjectText& object, const DealTotals& totals, Currency currency, std::uint64_t probability) {
  const auto value = totals.value(currency);
  object.key("count").number(totals.count).key("total_value").text(format_amount(value));
  object.key("weighted_value").text(format_amount(percentage(value, probability)));
  object.key("other_totals").json(totals.others_json(currency));
}

}  // namespace annals
