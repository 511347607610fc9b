#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "http/resources/body_reading.hpp"
#include "http/resources/exchange.hpp"
#include "http/resources/pages.hpp"

/// Handlers for the records of a platform that `platform_key` names: roles, policies and the like.
namespace annals::http {

inline constexpr Parameter kPlatformKey = {"platform_key", R"({"type":"string"})",
                                           "By default the key's own platform; another one only for superusers."};

/// The platform first: what is wrong with the body is nobody's business who has no say there.
inline Handled create_in_platform(Exchange& exchange, Command (*command)(const Body&)) {
  const auto body = read_body(exchange.request);
  const auto platform = named_platform(exchange, body ? &*body : nullptr);
  if (!platform) return std::unexpected(platform.error());
  if (!body) return std::unexpected(body.error());
  return submit(exchange, *platform, command(*body));
}

inline Handled list_of_platform(Exchange& exchange, std::vector<std::string> (Queries::*records)(PlatformId) const) {
  const auto platform = named_platform(exchange);
  if (!platform) return std::unexpected(platform.error());
  const QueryString query(exchange.raw_query);
  const auto request = page_request(query, exchange.services.options.page_size);
  if (!request) return std::unexpected(request.error());
  const auto page = page_of((exchange.queries().*records)(*platform), *request);
  if (!page) return std::unexpected(page.error());
  return answer_page(exchange, query, *request, *page, Envelope::plain);
}

template <class Id>
using FindRecord = std::optional<ShownRecord> (Queries::*)(PlatformId, Id) const;

template <class Id>
Handled show_of_platform(Exchange& exchange, FindRecord<Id> find) {
  const auto platform = named_platform(exchange);
  if (!platform) return std::unexpected(platform.error());
  const auto id = parse_id<Id>(exchange.variable);
  if (!id) return refuse(ProblemCode::not_found);
  return show(exchange, (exchange.queries().*find)(*platform, *id));
}

template <class Id>
Handled update_in_platform(Exchange& exchange, FindRecord<Id> find, Command (*command)(Id, const Body&)) {
  const auto body = read_body(exchange.request);
  const auto platform = named_platform(exchange, body ? &*body : nullptr);
  if (!platform) return std::unexpected(platform.error());
  const auto id = parse_id<Id>(exchange.variable);
  if (!id || !(exchange.queries().*find)(*platform, *id)) return refuse(ProblemCode::not_found);
  if (!body) return std::unexpected(body.error());
  return submit(exchange, *platform, command(*id, *body));
}

template <class Id>
Handled delete_in_platform(Exchange& exchange, FindRecord<Id> find, Command (*command)(Id)) {
  const auto platform = named_platform(exchange);
  if (!platform) return std::unexpected(platform.error());
  const auto id = parse_id<Id>(exchange.variable);
  if (!id || !(exchange.queries().*find)(*platform, *id)) return refuse(ProblemCode::not_found);
  return submit(exchange, *platform, command(*id));
}

}  // namespace annals::http
