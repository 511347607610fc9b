#pragma once

#include <span>
#include <string>
#include <vector>

#include "http/resources/exchange.hpp"
#include "http/resources/filters.hpp"
#include "projections/queries.hpp"

namespace annals::http {

inline constexpr std::uint64_t kPageSizeMax = 100;

/// `page` and `page_size`, and `before`, which next links carry.
extern const std::vector<Parameter> kPageParameters;

/// Problem: invalid_page when `page` is not a positive number; invalid_fields for an unreadable `before`.
Result<PageRequest> page_request(const QueryString& query, std::uint64_t default_size);

/// How many records a part of an answer shows: from 1, at most kPageSizeMax.
Fault read_limit(std::string_view value, std::uint64_t& into);

std::string json_array(std::span<const std::string> values);

/// The page of a whole list of JSON texts. Problem: invalid_page past the end.
Result<Page> page_of(const std::vector<std::string>& records, const PageRequest& request);

/// Which members the envelope has.
enum class Envelope {
  walkable,  ///< with URLs, and next carries `before`
  plain,     ///< with URLs
  numbers,   ///< count, next_page, previous_page, results
};

/// The list as it is sent.
Handled answer_page(const Exchange& exchange, const QueryString& query, const PageRequest& request, const Page& page,
                    Envelope envelope);

template <class Filter>
using FindPage = Result<Page> (RecordQueries::*)(PlatformId, const Filter&, const PageRequest&) const;

template <class Filter>
Handled answer_list(const Exchange& exchange, const QueryString& query, const Filter& filter,
                    const PageRequest& request, FindPage<Filter> find) {
  const auto page = (exchange.records().*find)(exchange.platform(), filter, request);
  if (!page) return std::unexpected(page.error());
  return answer_page(exchange, query, request, *page, Envelope::walkable);
}

/// The list that the query's filters and page ask for, of the caller's own platform; on another thread when it may take
/// long.
template <class Filter>
Handled list(Exchange& exchange, std::span<const FilterField<Filter>> fields, FindPage<Filter> find) {
  const QueryString query(exchange.raw_query);
  const auto filter = read_filter(query, fields);
  if (!filter) return std::unexpected(filter.error());
  const auto request = page_request(query, exchange.services.options.page_size);
  if (!request) return std::unexpected(request.error());
  if (!exchange.records().takes_long(exchange.platform(), *filter)) {
    return answer_list(exchange, query, *filter, *request, find);
  }
  return read_at_length(exchange, [=, filter = *filter, request = *request](Exchange& apart) {
    return answer_list(apart, query, filter, request, find);
  });
}

}  // namespace annals::http
