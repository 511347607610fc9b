#include "http/problems.hpp"

#include "core/json.hpp"

namespace annals::http {
namespace {

struct Shape {
  unsigned status;
  std::string_view sentence;  ///< when the problem brings none
};

constexpr std::string_view kRetrySeconds = "1";

Shape shape_of(ProblemCode code) {
  switch (code) {
    case ProblemCode::not_found:
      return {404, "Not found."};
    case ProblemCode::invalid_page:
      return {404, "Invalid page."};
    case ProblemCode::not_authenticated:
      return {401, "Authentication credentials were not provided."};
    case ProblemCode::invalid_token:
      return {401, "Invalid token."};
    case ProblemCode::permission_denied:
      return {403, "You do not have permission to perform this action."};
    case ProblemCode::method_not_allowed:
      return {405, "Method not allowed."};
    case ProblemCode::invalid_fields:
      return {400, "Invalid input."};
    case ProblemCode::bad_request:
      return {400, "Bad request."};
    case ProblemCode::malformed_body:
      return {400, "Malformed request."};
    case ProblemCode::body_too_large:
      return {413, "The request body is too large."};
    case ProblemCode::unsupported_media_type:
      return {415, "Unsupported media type in request."};
    case ProblemCode::idempotency_key_reused:
      return {422, "This Idempotency-Key was used for another request."};
    case ProblemCode::idempotency_in_progress:
      return {409, "A request with this Idempotency-Key is still in progress."};
    case ProblemCode::version_conflict:
      return {412, "The record has changed: If-Match does not hold."};
    case ProblemCode::person_without_email:
      return {400, "The person has no primary_email."};
    case ProblemCode::active_invitation_exists:
      return {409, "An active invitation for this email exists in this platform."};
    case ProblemCode::person_already_linked:
      return {422, "The person is already linked to a platform user."};
    case ProblemCode::record_in_use:
      return {409, "Other records refer to this one: they have to be deleted or moved first."};
    case ProblemCode::user_not_a_member:
      return {403, "The user is not an active member of this platform."};
    case ProblemCode::mail_not_configured:
      return {409, "The server sends no mail: its operator has not set --smtp-url."};
    case ProblemCode::role_in_use:
      return {409, "This role is given by a policy. Delete or change the policy first."};
    case ProblemCode::rate_limited:
      return {429, "Request was throttled."};
    case ProblemCode::queue_full:
      return {503, "Too many writes are waiting; nothing was written. Try again."};
    case ProblemCode::store_unavailable:
      return {503, "The store takes no writes at the moment; nothing was written. Try again."};
    case ProblemCode::outcome_unknown:
      return {503,
              "The store failed while writing: whether this write is kept is not known. Look before trying again."};
    case ProblemCode::position_not_served:
      return {503, "The position is not served yet. Try again."};
    case ProblemCode::event_unreadable:
      return {500, "The log cannot be read on."};
    case ProblemCode::stopping:
      return {503, "The server is stopping; nothing was written. Try again."};
  }
  return {500, "Internal server error."};
}

std::string conflict_json(std::string_view sentence, const InvitationConflict& conflict) {
  std::string out = "{\"detail\":";
  append_json_string(out, sentence);
  out += ",\"invitation_id\":" + std::to_string(conflict.invitation.value) + ",\"person_id\":";
  out += conflict.person ? '"' + conflict.person->to_string() + '"' : "null";
  out += ",\"platform_key\":";
  append_json_string(out, conflict.platform_key);
  return out += '}';
}

std::string in_use_json(std::string_view sentence, const ProtectedBy& by) {
  std::string out = "{\"detail\":";
  append_json_string(out, sentence);
  out += ",\"protected_by\":{";
  append_json_string(out, by.relation);
  return out += ':' + std::to_string(by.count) + "}}";
}

}  // namespace

std::string detail_json(std::string_view sentence) {
  std::string out = "{\"detail\":";
  append_json_string(out, sentence);
  return out += '}';
}

Response respond(const Problem& problem) {
  const auto shape = shape_of(problem.code);
  const auto sentence = problem.detail.empty() ? shape.sentence : std::string_view(problem.detail);
  Response response;
  response.status = shape.status;
  if (!problem.fields.empty()) {
    response.body = fields_json(problem.fields);
  } else if (problem.conflict) {
    response.body = conflict_json(sentence, *problem.conflict);
  } else if (problem.protected_by) {
    response.body = in_use_json(sentence, *problem.protected_by);
  } else {
    response.body = detail_json(sentence);
  }
  if (shape.status == 401) response.headers.emplace_back("WWW-Authenticate", "Api-Token");
  if (shape.status == 503 || shape.status == 429) response.headers.emplace_back("Retry-After", kRetrySeconds);
  return response;
}

Response throttled(std::uint64_t retry_seconds) {
  auto response = respond(Problem(ProblemCode::rate_limited));
  response.headers = {{"Retry-After", std::to_string(retry_seconds)}};
  return response;
}

}  // namespace annals::http
