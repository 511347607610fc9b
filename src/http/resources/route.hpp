#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "core/problem.hpp"
#include "http/message.hpp"

namespace annals::http {

struct Exchange;

/// The answer, nothing when the committer will give it, or a problem.
using Handled = Result<std::optional<Response>>;
using Handler = Handled (*)(Exchange& exchange);

/// A query parameter, for the OpenAPI document.
struct Parameter {
  std::string_view name;
  std::string_view schema;  ///< JSON
  std::string_view description = {};
  bool required = false;
};

/// An answer that the route's own conventions do not imply.
struct OtherAnswer {
  unsigned status;
  std::string_view description;
  std::string_view schema = "Error";
};

/// A content type that a body may have, with its schema.
struct RequestForm {
  std::string_view content_type;
  std::string_view schema;
};

/// What the OpenAPI document says of a route.
struct Operation {
  std::string_view id;  ///< without the mount's prefix
  std::string_view summary = {};
  std::string_view request = {};                ///< schema of the body; empty: reads none
  std::vector<RequestForm> request_forms = {};  ///< instead of `request` in any of the usual content types
  bool request_required = true;
  unsigned status = 200;
  std::string_view answer = {};  ///< schema of the body; empty: none
  std::string_view answer_description = {};
  bool streams = false;  ///< the answer also as text/event-stream
  std::vector<Parameter> parameters = {};
  std::vector<OtherAnswer> others = {};
};

/// Who may call a route whose `permission` is none of the `Ibl.…` strings.
inline constexpr std::string_view kAnyone = "anyone";                ///< no credentials are looked at
inline constexpr std::string_view kAnyCaller = "any caller";         ///< any valid key
inline constexpr std::string_view kAnyCrmReader = "any CRM reader";  ///< whoever may read records of some kind
inline constexpr std::string_view kSuperuser = "superuser";

/// One endpoint.
struct Route {
  std::string_view method;
  std::string_view path;  ///< without the mount; at most two `{variable}`s
  std::string_view permission;
  Handler handler;
  Operation operation;
  bool is_list = false;         ///< answers pages
  bool has_past = false;        ///< a GET that reads by Exchange::records: answers as of a moment of the past, too
  bool names_platform = false;  ///< `platform_key` says which; the handler checks the permission there
  bool has_version = false;     ///< about one record: ETag on the answer; If-None-Match on GET, If-Match on the others
  bool takes_version = false;   ///< If-Match is of the record in the path, which is not what the answer shows
  bool numbered = false;        ///< its `{id}` is a number; so it is where `names_platform`
  bool creates = false;         ///< a record that is then found behind this path by its id: ETag, Location
  bool repeatable = true;       ///< a POST that honours Idempotency-Key: it writes, and its answer holds no secret
  bool writes = true;  ///< unless a GET: by a command, so that it can be a dry run and its answer names a position
  std::string_view content_type = "application/json";  ///< of the answer
};

/// Where a table's paths are served. crm: under `/api/crm`, none and `/dm/api/crm`. platform: the paths begin with
/// `/api` and are served under `/dm` too. root: as they are.
enum class Mounts { crm, platform, root };

/// The endpoints of one resource.
struct RouteTable {
  Mounts mounts;
  std::string_view tag;  ///< groups them in the OpenAPI document
  std::span<const Route> routes;
};

}  // namespace annals::http
