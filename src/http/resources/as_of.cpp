#include "http/resources/as_of.hpp"

#include <variant>

#include "http/resources/filters.hpp"
#include "http/resources/query_string.hpp"

namespace annals::http {
namespace {

using Wanted = std::variant<Position, Timestamp>;

std::optional<Wanted> read_wanted(std::string_view value) {
  if (const auto position = whole_number(value)) return Position{*position};
  std::optional<Timestamp> at;
  if (read_not_after(value, at).empty()) return *at;
  return std::nullopt;
}

Handled read_then(Exchange& exchange, PlatformId platform, const Wanted& wanted) {
  const auto& histories = exchange.services.histories;
  const auto moment = std::visit([&](auto at) { return histories.moment(platform, at); }, wanted);
  exchange.as_of = AsOf{moment.position, histories.records_as_of(moment.position)};
  exchange.now = moment.at;
  exchange.shell.headers.emplace_back(kAsOfPosition, std::to_string(moment.position.value));
  return exchange.route.handler(exchange);
}

}  // namespace

Handled read_as_of(Exchange& exchange) {
  if (!may_name(exchange.raw_query, kAsOf.name)) return exchange.route.handler(exchange);
  const QueryString query(exchange.raw_query);
  const auto value = query.value(kAsOf.name);
  if (!value) return exchange.route.handler(exchange);
  if (!exchange.route.has_past) {
    return std::unexpected(Problem(FieldErrors{{std::string(kAsOf.name), {"This is not kept as it was."}}}));
  }
  const auto platform = exchange.route.names_platform ? named_platform(exchange) : exchange.platform();
  if (!platform) return std::unexpected(platform.error());
  const auto wanted = read_wanted(*value);
  if (!wanted) {
    return std::unexpected(Problem(FieldErrors{{std::string(kAsOf.name), {"Enter a position or a valid date/time."}}}));
  }
  return read_at_length(exchange, [platform = *platform, wanted = *wanted](Exchange& apart) {
    return read_then(apart, platform, wanted);
  });
}

}  // namespace annals::http
