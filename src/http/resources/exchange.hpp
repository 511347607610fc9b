#pragma once

#include <charconv>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "commands/body.hpp"
#include "http/api.hpp"
#include "http/resources/position_waits.hpp"
#include "http/resources/query_string.hpp"
#include "http/resources/route.hpp"
#include "http/resources/token_buckets.hpp"

namespace annals::http {

class LongReads;

/// What the handlers work with; outlives every request.
struct Services : Ports {
  const ApiOptions& options;
  TokenBuckets& unauthenticated;  ///< by client address, for calls without credentials
  TokenBuckets& redeem_tries;     ///< by client address, and by email address
  LongReads& long_reads;
  PositionWaits& position_waits;
  std::shared_ptr<const std::string> openapi;
};

/// A moment of the past that is read.
struct AsOf {
  Position position;
  std::shared_ptr<const RecordQueries> records;  ///< as they stood then
};

/// One request on its way through a handler.
struct Exchange {
  const Services& services;
  const Request& request;
  const std::function<Completion()>& later;
  const Route& route;
  std::string_view path;             ///< as requested
  std::string_view raw_query;        ///< behind the `?`
  std::string_view variable;         ///< what stood in the pattern's `{…}`, decoded
  std::string_view second_variable;  ///< in its second one
  Timestamp now;                     ///< of the past that is read, when it is one
  const Caller& caller;
  Response shell{};  ///< route, user and the headers that every answer to this request carries
  std::optional<AsOf> as_of{};

  const Queries& queries() const { return services.queries; }
  /// Those of the past that is read, else those of now.
  const RecordQueries& records() const { return as_of ? *as_of->records : services.queries; }
  PlatformId platform() const { return caller.platform; }
};

inline std::unexpected<Problem> refuse(ProblemCode code) {
  return std::unexpected(Problem(code));
}

/// The shell's route, user and headers go onto the answer.
void put_on(Response& response, Response&& shell);

bool may(const Caller& caller, std::string_view permission);

/// The platform that the query's or the body's `platform_key` names, by default the key's own, where the caller holds
/// the route's permission. Problems: not_found for one that does not exist or is none of the caller's business,
/// permission_denied, invalid_fields when query and body disagree.
Result<PlatformId> named_platform(const Exchange& exchange, const Body* body = nullptr);

/// The request's own id when it is a UUID, else one that follows from it and gives nothing of it away.
CorrelationId correlation_of(const Exchange& exchange, PlatformId platform);

/// 200 with the record and its ETag, 304, or not_found.
Handled show(const Exchange& exchange, std::optional<ShownRecord> record);
Handled answer_json(std::string body, unsigned status = 200);

/// The answer that `read` gives on a thread for what may take long (on this one, when it is such a thread, as for the
/// past), with an exchange of its own. `read` refuses or answers, it does not submit. Problem: queue_full.
Handled read_at_length(const Exchange& exchange, std::move_only_function<Handled(Exchange&)> read);
/// The same as a handler of the whole route.
template <Handler handler>
Handled at_length(Exchange& exchange) {
  return read_at_length(exchange, handler);
}

/// Whether the query's `dry_run` asks for nothing to be written. A value that cannot be read is a problem: it must not
/// be taken for a wish to write. So is `as_of`: the past is not written.
Result<bool> dry_run_of(const Exchange& exchange);

/// Of what no command does: there is nothing to be decided and not done. `sentence` refuses it.
Result<void> refuse_dry_run(const Exchange& exchange, std::string_view sentence);

/// Hands the command to the committer, with the precondition and the idempotency key that the request brings.
Handled submit(Exchange& exchange, PlatformId platform, Command command);
/// The same with an answer that `shown` makes, on a thread of the committer's.
Handled submit(Exchange& exchange, PlatformId platform, Command command,
               std::move_only_function<Response(Result<Answer>)> shown);

/// A positive decimal number without sign, as paths have it.
template <class Id>
std::optional<Id> parse_id(std::string_view digits) {
  Id id;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), id.value);
  if (error != std::errc() || end != digits.data() + digits.size() || digits.starts_with('0')) return std::nullopt;
  return id;
}

}  // namespace annals::http
