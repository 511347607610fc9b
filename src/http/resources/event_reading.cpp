#include "http/resources/event_reading.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "events/event_types.hpp"
#include "http/resources/filters.hpp"

namespace annals::http {
namespace {

constexpr std::uint64_t kEventsMax = 1000;
constexpr std::uint64_t kWaitSecondsMax = 30;

Fault read_number(std::string_view value, std::uint64_t& into) {
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), into);
  return error == std::errc() && end == value.data() + value.size() ? Fault() : "A valid integer is required.";
}

/// Each of the values between the commas.
template <class Take>
Fault read_each(std::string_view values, Take take) {
  while (!values.empty()) {
    const auto value = values.substr(0, values.find(','));
    values.remove_prefix(std::min(values.size(), value.size() + 1));
    if (value.empty()) continue;
    if (auto fault = take(value); !fault.empty()) return fault;
  }
  return {};
}

Fault read_after(EventQuery& query, std::string_view value) {
  return read_number(value, query.after.value);
}

Fault read_limit(EventQuery& query, std::string_view value) {
  auto fault = read_number(value, query.limit);
  if (fault.empty() && query.limit == 0) fault = "Ensure this value is greater than or equal to 1.";
  query.limit = std::min(query.limit, kEventsMax);
  return fault;
}

Fault read_wait(EventQuery& query, std::string_view value) {
  std::uint64_t seconds = 0;
  auto fault = read_number(value, seconds);
  query.wait = std::chrono::seconds(std::min(seconds, kWaitSecondsMax));
  return fault;
}

Fault read_types(EventQuery& query, std::string_view values) {
  return read_each(values, [&](std::string_view type) {
    if (!is_event_type(type)) return no_such_choice(type);
    query.filter.types.emplace_back(type);
    return Fault();
  });
}

Fault read_streams(EventQuery& query, std::string_view values) {
  return read_each(values, [&](std::string_view stream) {
    query.filter.streams.emplace_back(stream);
    return Fault();
  });
}

constexpr FilterField<EventQuery> kFields[] = {
    {{"after", R"({"type":"integer","minimum":0})",
      "Shows what stands behind this position; `next_after` of the page before."},
     read_after},
    {{"limit", R"({"type":"integer","minimum":1,"maximum":1000,"default":100})", "Events on a page."}, read_limit},
    {{"wait", R"({"type":"integer","minimum":0,"maximum":30,"default":0})",
      "When there is nothing to show yet: waits so many seconds for it."},
     read_wait},
    {{"type", R"({"type":"string"})", "Only events of these types; several with commas, or repeated."}, read_types},
    {{"stream", R"({"type":"string"})", "Only events of these streams, likewise."}, read_streams},
};

}  // namespace

std::vector<Parameter> event_parameters() {
  return parameters_of<EventQuery>(kFields);
}

Result<EventQuery> read_event_query(const Exchange& exchange) {
  const QueryString query(exchange.raw_query);
  EventQuery read;
  FieldErrors errors;
  for (const auto& field : kFields) {
    for (const auto& [name, value] : query.all()) {
      if (name != field.parameter.name || value.empty()) continue;
      auto fault = field.read(read, value);
      if (!fault.empty()) errors.push_back({name, {std::move(fault)}});
    }
  }
  if (!errors.empty()) return std::unexpected(Problem(std::move(errors)));
  return read;
}

Result<void> resume_behind_last(const Request& request, EventQuery& query) {
  constexpr std::string_view kName = "Last-Event-ID";
  const auto last = request.headers.find(kName).value_or(std::string_view());
  if (last.empty()) return {};
  if (auto fault = read_after(query, last); !fault.empty()) {
    return std::unexpected(Problem(FieldErrors{{std::string(kName), {std::move(fault)}}}));
  }
  return {};
}

Problem report_unreadable(const UnreadableEvent& unreadable) {
  auto sentence =
      "The log cannot be read on at position " + std::to_string(unreadable.position.value) + ": " + unreadable.why;
  spdlog::error("event feed: {}", sentence);
  return Problem(ProblemCode::event_unreadable, std::move(sentence));
}

}  // namespace annals::http
