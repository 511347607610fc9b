#include "app/command_outcomes.hpp"

namespace annals {

std::string_view name_of(ProblemCode code) {
  switch (code) {
    case ProblemCode::not_found:
      return "not_found";
    case ProblemCode::invalid_page:
      return "invalid_page";
    case ProblemCode::not_authenticated:
      return "not_authenticated";
    case ProblemCode::invalid_token:
      return "invalid_token";
    case ProblemCode::permission_denied:
      return "permission_denied";
    case ProblemCode::method_not_allowed:
      return "method_not_allowed";
    case ProblemCode::invalid_fields:
      return "invalid_fields";
    case ProblemCode::bad_request:
      return "bad_request";
    case ProblemCode::malformed_body:
      return "malformed_body";
    case ProblemCode::body_too_large:
      return "body_too_large";
    case ProblemCode::unsupported_media_type:
      return "unsupported_media_type";
    case ProblemCode::idempotency_key_reused:
      return "idempotency_key_reused";
    case ProblemCode::idempotency_in_progress:
      return "idempotency_in_progress";
    case ProblemCode::version_conflict:
      return "version_conflict";
    case ProblemCode::person_without_email:
      return "person_without_email";
    case ProblemCode::active_invitation_exists:
      return "active_invitation_exists";
    case ProblemCode::record_in_use:
      return "record_in_use";
    case ProblemCode::person_already_linked:
      return "person_already_linked";
    case ProblemCode::user_not_a_member:
      return "user_not_a_member";
    case ProblemCode::mail_not_configured:
      return "mail_not_configured";
    case ProblemCode::role_in_use:
      return "role_in_use";
    case ProblemCode::rate_limited:
      return "rate_limited";
    case ProblemCode::queue_full:
      return "queue_full";
    case ProblemCode::store_unavailable:
      return "store_unavailable";
    case ProblemCode::outcome_unknown:
      return "outcome_unknown";
    case ProblemCode::position_not_served:
      return "position_not_served";
    case ProblemCode::event_unreadable:
      return "event_unreadable";
    case ProblemCode::stopping:
      return "stopping";
  }
  return "";
}

std::string_view outcome_name(bool dry_run, const Result<Answer>& answer, std::size_t events) {
  if (!answer) return name_of(answer.error().code);
  if (answer->replayed) return "replayed";
  if (answer->status >= 500) return "failed";
  if (dry_run) return "dry_run";
  return events > 0 ? "written" : "unchanged";
}

}  // namespace annals
