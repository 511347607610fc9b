#pragma once

#include <optional>
#include <utility>

#include "http/resources/body_reading.hpp"
#include "http/resources/exchange.hpp"
#include "http/resources/filters.hpp"
#include "http/resources/pages.hpp"
#include "projections/kinds/kind_queries.hpp"

/// Handlers for the records of the kinds of events/record_kinds.hpp, in the key's own platform.
namespace annals::http {

/// What there is to read of the exchange's platform, at its time.
inline Result<RecordReading> reading_of(const Exchange& exchange) {
  auto reading = exchange.records().reading(exchange.platform());
  if (reading) reading->now = exchange.now;
  return reading;
}

template <class Filter, class Find>
Handled answer_kind_list(const Exchange& exchange, const RecordReading& reading, const Filter& filter,
                         const PageRequest& request, Find find) {
  const auto page = find(reading, filter, request);
  if (!page) return std::unexpected(page.error());
  return answer_page(exchange, QueryString(exchange.raw_query), request, *page, Envelope::walkable);
}

/// The list that `find(reading, filter, request)` gives for the query's filters and page.
template <class Filter, class Find>
Handled list_kind(Exchange& exchange, std::span<const FilterField<Filter>> fields, Find find) {
  const QueryString query(exchange.raw_query);
  const auto filter = read_filter(query, fields);
  if (!filter) return std::unexpected(filter.error());
  const auto request = page_request(query, exchange.services.options.page_size);
  if (!request) return std::unexpected(request.error());
  const auto reading = reading_of(exchange);
  if (!reading) return std::unexpected(reading.error());
  if constexpr (requires { takes_long(*reading, *filter); }) {
    if (takes_long(*reading, *filter)) {
      return read_at_length(exchange, [filter = *filter, request = *request, find](Exchange& apart) -> Handled {
        const auto then = reading_of(apart);
        if (!then) return std::unexpected(then.error());
        return answer_kind_list(apart, *then, filter, request, find);
      });
    }
  }
  return answer_kind_list(exchange, *reading, *filter, *request, find);
}

template <class Kind>
Handled create_kind(Exchange& exchange) {
  const auto body = read_body(exchange.request);
  if (!body) return std::unexpected(body.error());
  return submit(exchange, exchange.platform(), CreateRecord<Kind>::from(*body));
}

template <class Kind>
Handled show_kind(Exchange& exchange) {
  const auto id = parse_id<typename Kind::Id>(exchange.variable);
  if (!id) return refuse(ProblemCode::not_found);
  const auto reading = reading_of(exchange);
  if (!reading) return std::unexpected(reading.error());
  return show(exchange, show_record<Kind>(*reading, *id));
}

/// The id in the path, when the platform has that record.
template <class Kind>
std::optional<typename Kind::Id> named_record(const Exchange& exchange, std::string_view variable) {
  const auto id = parse_id<typename Kind::Id>(variable);
  const auto reading = exchange.queries().reading(exchange.platform());
  return id && reading && record_exists<Kind>(*reading, *id) ? id : std::nullopt;
}

template <class Kind, Write write>
Handled update_kind(Exchange& exchange) {
  const auto id = named_record<Kind>(exchange, exchange.variable);
  if (!id) return refuse(ProblemCode::not_found);
  const auto body = read_body(exchange.request);
  if (!body) return std::unexpected(body.error());
  return submit(exchange, exchange.platform(), UpdateRecord<Kind>::from(*id, *body, write));
}

template <class Kind>
Handled delete_kind(Exchange& exchange) {
  const auto id = named_record<Kind>(exchange, exchange.variable);
  if (!id) return refuse(ProblemCode::not_found);
  return submit(exchange, exchange.platform(), DeleteRecord<Kind>{*id});
}

/// How the routes of a kind are named. What the OpenAPI document says follows from it.
struct KindRoutes {
  std::string_view path;                       ///< of the list: `/pipelines/`
  std::string_view resource;                   ///< in permissions: `Pipelines`
  std::string_view id;                         ///< begins the operations' ids: `pipelines`
  std::string_view schema;                     ///< `Pipeline`; its page is `PaginatedPipelineList`
  std::string_view one;                        ///< in sentences: `pipeline`
  std::vector<OtherAnswer> delete_refusals{};  ///< beside 404
  std::vector<OtherAnswer> update_refusals{};  ///< beside 404
};

struct KindHandlers {
  Handler list;
  Handler create;
  Handler show;
  Handler replace;
  Handler patch;
  Handler remove;
};
template <class Kind>
KindHandlers handlers_of(Handler list) {
  return {list,
          create_kind<Kind>,
          show_kind<Kind>,
          update_kind<Kind, Write::replace>,
          update_kind<Kind, Write::patch>,
          delete_kind<Kind>};
}

/// The six routes that every kind has.
std::vector<Route> kind_routes(const KindRoutes& names, const KindHandlers& handlers,
                               std::vector<Parameter> list_parameters);

}  // namespace annals::http
