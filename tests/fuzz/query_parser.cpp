#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "core/json.hpp"
#include "http/resources/entity_tags.hpp"
#include "http/resources/filters.hpp"
#include "http/resources/header_values.hpp"
#include "http/resources/pages.hpp"
#include "http/resources/path.hpp"
#include "http/resources/percent.hpp"
#include "http/resources/router.hpp"
#include "http/resources/tables.hpp"

namespace {

using namespace annals;
using namespace annals::http;

void promise(bool kept, const char* what) {
  if (kept) return;
  std::fprintf(stderr, "broken: %s\n", what);
  std::abort();
}

void read_query(std::string_view raw) {
  const QueryString query(raw);
  std::string again;
  for (const auto& [name, value] : query.all()) {
    append_percent_encoded(again, name);
    again += '=';
    append_percent_encoded(again, value);
    again += '&';
  }
  promise(QueryString(again).all() == query.all(), "a query that is written again reads the same");
  if (const auto page = page_request(query, 50)) {
    promise(page->page >= 1 && page->page_size >= 1 && page->page_size <= kPageSizeMax, "pages keep their limits");
  }
}

void read_path(std::string_view path) {
  static const Router router(all_routes());
  PathSegments segments;
  if (!split_path(path, segments)) return;
  promise(segments.count >= 1 && segments.count <= PathSegments::kMax, "a path has segments");
  for (std::size_t i = 0; i < segments.count; ++i) {
    promise(!segments.at[i].empty() && segments.at[i] != "..", "segments are names");
  }
  if (const auto match = router.find(segments)) {
    promise(!match->place->allow.empty(), "a place allows something");
    promise(match->variable.data() == nullptr || !match->variable.empty(), "a variable is a whole segment");
  }
}

/// One value, read as every kind of filter there is.
void read_value(std::string_view value) {
  std::string text;
  std::optional<std::string> key;
  std::optional<bool> boolean;
  std::optional<UserId> user;
  std::optional<OrganizationId> organization;
  std::optional<LifecycleStage> stage;
  std::optional<Timestamp> first;
  std::optional<Timestamp> last;
  for (const auto& fault : {read_text(value, text), read_key(value, key), read_boolean(value, boolean),
                            read_user(value, user), read_organization(value, organization), read_named(value, stage),
                            read_not_before(value, first), read_not_after(value, last), no_such_choice(value)}) {
    promise(is_utf8(fault), "what is said of a bad value is UTF-8");
  }
  if (user) promise(user->value > 0, "nobody has the number 0");
  if (first && last) promise(*first <= *last, "a day does not end before it begins");
  parse_header_value(value);
  Headers headers;
  headers.add("If-Match", value);
  headers.add("If-None-Match", value);
  ConnectionNotes connection;
  const Request request{"GET", "/", headers, {}, false, {}, {}, {}, {}, connection};
  promise(precondition_of(request).has_value(), "an If-Match that was sent is a precondition");
  client_has(request, "\"1\"");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto question = text.find('?');
  read_path(text.substr(0, question));
  const auto query = question == std::string_view::npos ? text : text.substr(question + 1);
  read_query(query);
  read_value(query);
  return 0;
}
