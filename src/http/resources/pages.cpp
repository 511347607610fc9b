#include "http/resources/pages.hpp"

#include <algorithm>
#include <limits>

#include "core/json.hpp"
#include "http/resources/as_of.hpp"
#include "http/resources/percent.hpp"

namespace annals::http {
namespace {

/// The URL as it was requested, with another page; a walk through the past stays at its position.
std::string page_url(const Exchange& exchange, const QueryString& query, std::uint64_t page,
                     std::optional<Ordinal> before) {
  const auto& request = exchange.request;
  std::string url(request.scheme);
  url.append("://").append(request.host).append(exchange.path) += '?';
  for (const auto& [name, value] : query.all()) {
    if (name == "page" || name == "before" || (exchange.as_of && name == kAsOf.name)) continue;
    append_percent_encoded(url, name);
    url += '=';
    append_percent_encoded(url, value);
    url += '&';
  }
  url += "page=" + std::to_string(page);
  if (before) url += "&before=" + std::to_string(before->value);
  if (exchange.as_of) url.append("&").append(kAsOf.name) += '=' + std::to_string(exchange.as_of->position.value);
  return url;
}

void append_member(std::string& out, std::string_view name, const std::optional<std::string>& value, bool quoted) {
  out += ",\"";
  out += name;
  out += "\":";
  if (!value) {
    out += "null";
  } else if (quoted) {
    append_json_string(out, *value);
  } else {
    out += *value;
  }
}

}  // namespace

const std::vector<Parameter> kPageParameters = {
    {"page", R"({"type":"integer","minimum":1})", "Which page, from 1."},
    {"page_size", R"({"type":"integer","minimum":1,"maximum":100})", "Records a page; a larger number counts as 100."},
    {"before", R"({"type":"integer"})",
     "Carried by `next`: hides what was created after the first page, so that a walk shows no record twice."},
};

Fault read_limit(std::string_view value, std::uint64_t& into) {
  const auto limit = whole_number(value);
  if (!limit || *limit == 0) return "Enter a whole number from 1.";
  into = std::min(*limit, kPageSizeMax);
  return {};
}

std::string json_array(std::span<const std::string> values) {
  std::size_t bytes = 2;
  for (const auto& value : values) bytes += value.size() + 1;
  std::string out;
  out.reserve(bytes);
  out += '[';
  for (const auto& value : values) {
    if (out.size() > 1) out += ',';
    out += value;
  }
  return out += ']';
}

Result<PageRequest> page_request(const QueryString& query, std::uint64_t default_size) {
  PageRequest request;
  if (const auto before = query.value("before")) {
    const auto ordinal = whole_number(*before);
    if (!ordinal) return std::unexpected(Problem(FieldErrors{{"before", {"Enter a number."}}}));
    if (*ordinal <= std::numeric_limits<Ordinal::rep>::max()) {
      request.before = Ordinal{static_cast<Ordinal::rep>(*ordinal)};
    }
  }
  if (const auto page = query.value("page")) {
    request.page = whole_number(*page).value_or(0);
    if (request.page == 0) return refuse(ProblemCode::invalid_page);
  }
  const auto size = whole_number(query.value("page_size").value_or("")).value_or(0);
  request.page_size = std::min(size > 0 ? size : default_size, kPageSizeMax);
  return request;
}

Result<Page> page_of(const std::vector<std::string>& records, const PageRequest& request) {
  Page page;
  page.count = records.size();
  const bool past_end = request.page - 1 >= (records.size() + request.page_size - 1) / request.page_size;
  if (past_end && request.page > 1) return refuse(ProblemCode::invalid_page);
  const auto from = past_end ? records.size() : (request.page - 1) * request.page_size;
  const auto until = std::min<std::uint64_t>(records.size(), from + request.page_size);
  page.results = json_array(std::span(records).subspan(from, until - from));
  return page;
}

Handled answer_page(const Exchange& exchange, const QueryString& query, const PageRequest& request, const Page& page,
                    Envelope envelope) {
  std::optional<std::string> next;
  std::optional<std::string> previous;
  std::optional<std::string> next_page;
  std::optional<std::string> previous_page;
  const bool more = page.count > request.page_size && request.page < (page.count - 1) / request.page_size + 1;
  if (more) {
    next_page = std::to_string(request.page + 1);
    const auto before = request.before ? request.before : std::optional(page.before);
    next = page_url(exchange, query, request.page + 1, envelope == Envelope::walkable ? before : request.before);
  }
  if (request.page > 1) {
    previous_page = std::to_string(request.page - 1);
    previous = page_url(exchange, query, request.page - 1, request.before);
  }
  std::string body;
  body.reserve(page.results.size() + 512);
  body += "{\"count\":" + std::to_string(page.count);
  if (envelope != Envelope::numbers) {
    append_member(body, "next", next, true);
    append_member(body, "previous", previous, true);
  }
  append_member(body, "next_page", next_page, false);
  append_member(body, "previous_page", previous_page, false);
  body += ",\"results\":";
  body += page.results;
  return answer_json(body += '}');
}

}  // namespace annals::http
