#include "http/openapi/document.hpp"

#include <map>
#include <stdexcept>
#include <vector>

#include "core/json.hpp"
#include "http/embed.hpp"
#include "http/resources/as_of.hpp"
#include "http/resources/min_position.hpp"
#include "http/resources/pages.hpp"

ANNALS_EMBED(annals_openapi_components, ANNALS_OPENAPI "/components.json")

namespace annals::http {
namespace {

/// A JSON object in the making.
class Members {
 public:
  Members& add(std::string_view name, std::string_view json) {
    out_ += out_.size() > 1 ? "," : "";
    append_json_string(out_, name);
    out_ += ':';
    out_ += json;
    return *this;
  }
  Members& text(std::string_view name, std::string_view value) { return add(name, quote_json(value)); }
  std::string str() const { return out_ + "}"; }

 private:
  std::string out_ = "{";
};

std::string array_of(const std::vector<std::string>& values) {
  return json_array(values);
}

std::string schema_ref(std::string_view name) {
  return Members().text("$ref", "#/components/schemas/" + std::string(name)).str();
}

std::string schema_member(std::string_view schema) {
  return Members().add("schema", schema_ref(schema)).str();
}

/// `text/plain; version=0.0.4` is `text/plain` here.
std::string_view media_type(const Route& route) {
  return route.content_type.substr(0, route.content_type.find(';'));
}

bool writes_one(const Route& route) {
  return (route.has_version || route.takes_version) && route.method != "GET";
}
bool reads_one(const Route& route) {
  return route.has_version && route.method == "GET";
}
bool is_repeatable(const Route& route) {
  return route.method == "POST" && route.repeatable;
}
bool reads_body(const Route& route) {
  return !route.operation.request.empty() || !route.operation.request_forms.empty();
}
bool writes(const Route& route) {
  return route.method != "GET" && route.writes;
}
bool is_permission(std::string_view permission) {
  return permission.starts_with("Ibl.");
}

constexpr Parameter kDryRun = {"dry_run", R"({"type":"boolean"})", "Answers what it would do, and does nothing."};

std::string parameter_json(std::string_view in, const Parameter& parameter) {
  Members members;
  members.text("in", in).text("name", parameter.name).add("required", parameter.required ? "true" : "false");
  if (!parameter.description.empty()) members.text("description", parameter.description);
  return members.add("schema", parameter.schema).str();
}

std::string_view variable_schema(const Route& route, std::string_view name) {
  constexpr std::string_view kInteger = R"({"type":"integer"})";
  if (name == "position" || name == "other" || name == "delivery" || name == "pipeline_id" || name == "user_id" ||
      name == "tag_id") {
    return kInteger;
  }
  if (name != "id") return R"({"type":"string"})";
  return route.names_platform || route.numbered ? kInteger : R"({"type":"string","format":"uuid"})";
}

std::vector<Parameter> variables_of(const Route& route) {
  std::vector<Parameter> variables;
  for (auto open = route.path.find('{'); open != std::string_view::npos; open = route.path.find('{', open + 1)) {
    const auto name = route.path.substr(open + 1, route.path.find('}', open) - open - 1);
    variables.push_back({name, variable_schema(route, name), "", true});
  }
  return variables;
}

std::string parameters_json(const Route& route, Mounts mounts) {
  std::vector<std::string> parameters;
  for (const auto& variable : variables_of(route)) parameters.push_back(parameter_json("path", variable));
  for (const auto& parameter : route.operation.parameters) parameters.push_back(parameter_json("query", parameter));
  if (route.is_list) {
    for (const auto& parameter : kPageParameters) parameters.push_back(parameter_json("query", parameter));
  }
  if (writes(route)) parameters.push_back(parameter_json("query", kDryRun));
  if (route.method == "GET" && mounts == Mounts::crm) parameters.push_back(parameter_json("query", kMinPosition));
  if (route.has_past) parameters.push_back(parameter_json("query", kAsOf));
  const auto header = [&](std::string_view name, std::string_view description) {
    parameters.push_back(parameter_json("header", {name, R"({"type":"string"})", description}));
  };
  if (reads_one(route)) header("If-None-Match", "ETags that the client has: 304 when the record's is among them.");
  if (writes_one(route)) header("If-Match", "ETags of the record; only the version counts. 412 when none holds.");
  if (route.operation.streams)
    header("Last-Event-ID", "Of a stream: goes on behind this position, whatever `after` says.");
  if (is_repeatable(route)) header("Idempotency-Key", "A repetition within 24 hours gets the first answer again.");
  return array_of(parameters);
}

std::string request_json(const Route& route) {
  constexpr std::string_view kTypes[] = {"application/json", "application/scim+json",
                                         "application/x-www-form-urlencoded", "multipart/form-data", "*/*"};
  auto forms = route.operation.request_forms;
  if (forms.empty()) {
    for (const auto type : kTypes) forms.push_back({type, route.operation.request});
  }
  Members content;
  for (const auto& [type, schema] : forms) content.add(type, schema_member(schema));
  Members request;
  request.add("content", content.str());
  if (route.operation.request_required) request.add("required", "true");
  return request.str();
}

std::string header_json(std::string_view description) {
  return Members().text("description", description).add("schema", R"({"type":"string"})").str();
}

std::string answer_headers(const Route& route, unsigned status) {
  if (status >= 300) return {};
  Members headers;
  const bool has_body = status != 204;
  if (has_body && (route.has_version || route.creates)) headers.add("ETag", header_json("The record's version."));
  if (route.creates) headers.add("Location", header_json("The record's URL."));
  if (is_repeatable(route)) headers.add("Idempotent-Replayed", header_json("`true` on a repeated answer."));
  if (route.has_past) headers.add(kAsOfPosition, header_json("With `as_of`: which position's records these are."));
  if (writes(route)) headers.add("X-Position", header_json("Where the log stands behind this write."));
  const auto json = headers.str();
  return json == "{}" ? std::string() : json;
}

std::string response_json(const Route& route, unsigned status, std::string_view description, std::string_view schema) {
  Members response;
  response.text("description", description);
  if (const auto headers = answer_headers(route, status); !headers.empty()) response.add("headers", headers);
  if (schema.empty()) return response.str();
  const bool answered = status < 300;
  Members content;
  content.add(answered ? media_type(route) : "application/json", schema_member(schema));
  if (answered && route.operation.streams) content.add("text/event-stream", schema_member("Text"));
  return response.add("content", content.str()).str();
}

std::string forbidden_description(const Route& route) {
  if (route.permission == kSuperuser) return "Not a superuser.";
  if (route.permission == kAnyCrmReader) return "May read no kind of CRM records.";
  if (is_permission(route.permission)) return "Missing " + std::string(route.permission);
  return "Not allowed for this caller.";
}

/// By status: what the route's kind implies, then what its row says itself.
std::string responses_json(const Route& route) {
  std::map<unsigned, std::string> responses;
  const auto put = [&](unsigned status, std::string_view description, std::string_view schema) {
    responses.insert_or_assign(status, response_json(route, status, description, schema));
  };
  const auto& operation = route.operation;
  put(operation.status, operation.answer_description, operation.answer);
  if (route.permission != kAnyone) {
    put(401, "Authentication required.", "Error");
    put(403, forbidden_description(route), "Error");
    put(429, "The key's rate limit is used up; `Retry-After` says when to come back.", "Error");
    put(503, "Not now; `Retry-After` says when to come back.", "Error");
  }
  if (reads_body(route)) {
    put(400, "Validation error.", "BadRequest");
    put(413, "The body is too large.", "Error");
    put(415, "Unsupported media type.", "Error");
  }
  if (route.has_past) put(400, "`as_of` is neither a position nor a time.", "BadRequest");
  if (route.is_list) {
    put(400, "A filter's value is wrong.", "BadRequest");
    put(404, "No such page, or no such platform.", "Error");
  }
  if (route.names_platform && !responses.contains(404)) put(404, "Platform not found.", "Error");
  if (reads_one(route)) put(304, "Unchanged.", "");
  if (writes_one(route)) put(412, "If-Match does not hold.", "Error");
  if (is_repeatable(route)) {
    put(409, "A request with this Idempotency-Key is in progress.", "Error");
    put(422, "The Idempotency-Key was used for another request.", "Error");
  }
  for (const auto& other : operation.others) put(other.status, other.description, other.schema);
  Members members;
  for (const auto& [status, json] : responses) members.add(std::to_string(status), json);
  return members.str();
}

std::string operation_json(const RouteTable& table, const Route& route, std::string_view id_prefix,
                           std::string_view tag) {
  Members members;
  members.text("operationId", std::string(id_prefix) + std::string(route.operation.id));
  members.text("summary", route.operation.summary).add("tags", array_of({quote_json(tag)}));
  if (is_permission(route.permission)) members.text("x-permission", route.permission);
  members.add("security", route.permission == kAnyone ? "[]" : R"([{"PlatformApiKeyAuthentication":[]}])");
  members.add("parameters", parameters_json(route, table.mounts));
  if (reads_body(route)) members.add("requestBody", request_json(route));
  return members.add("responses", responses_json(route)).str();
}

std::string lower(std::string_view method) {
  std::string lowered(method);
  for (auto& c : lowered) c = static_cast<char>(c | 0x20);
  return lowered;
}

using Paths = std::map<std::string, Members>;

void add_paths(Paths& paths, const RouteTable& table) {
  for (const auto& route : table.routes) {
    const auto method = lower(route.method);
    paths[std::string(route.path)].add(method, operation_json(table, route, "", table.tag));
    if (table.mounts != Mounts::crm) continue;
    paths["/api/crm" + std::string(route.path)].add(method, operation_json(table, route, "crm_", "crm"));
  }
}

constexpr std::string_view kDescription =
    "A CRM backend that keeps a log of what happened. CRM paths are served under /api/crm, without a prefix, and under "
    "/dm/api/crm; the /api/core and /api/catalog paths also under /dm. A path works with and without its trailing "
    "slash. "
    "A write with `?dry_run=true` is decided and not done: 200 with the members that its answer would have, `dry_run`, "
    "its `status_code`, and the `events` that it would record. "
    "HEAD works where GET does, and OPTIONS answers with Allow. Timestamps are UTC. Every answer carries X-Request-Id; "
    "with a rate limit, also RateLimit-Limit, RateLimit-Remaining and RateLimit-Reset. A method that a path does not "
    "have is a 405 with Allow.";

}  // namespace

std::string_view openapi_components() {
  return annals_openapi_components();
}

std::string openapi_document(std::span<const RouteTable> tables, std::string_view version) {
  Paths paths;
  for (const auto& table : tables) add_paths(paths, table);
  Members all_paths;
  for (const auto& [path, operations] : paths) all_paths.add(path, operations.str());
  Members info;
  info.text("title", "Annals").text("version", version).text("description", kDescription);
  const auto components = parse_json(openapi_components());
  if (!components) throw std::logic_error("openapi/components.json: " + components.error());
  return Members()
      .text("openapi", "3.0.3")
      .add("info", info.str())
      .add("servers", R"([{"url":"/"}])")
      .add("paths", all_paths.str())
      .add("components", components->text)
      .str();
}

}  // namespace annals::http
