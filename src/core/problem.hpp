#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "core/ids.hpp"

namespace annals {

/// Every expected failure, named by the fact. One switch, in src/http/problems.cpp, turns it into a status.
enum class ProblemCode {
  not_found,                 // 404: the record, or one that this platform must not see
  invalid_page,              // 404
  not_authenticated,         // 401: no credentials
  invalid_token,             // 401: unknown, expired or revoked key
  permission_denied,         // 403
  method_not_allowed,        // 405
  invalid_fields,            // 400: `fields` says which
  bad_request,               // 400: `detail` says why
  malformed_body,            // 400: JSON or form that cannot be parsed
  body_too_large,            // 413
  unsupported_media_type,    // 415
  idempotency_key_reused,    // 422: same key, another request
  idempotency_in_progress,   // 409
  version_conflict,          // 412: If-Match no longer holds
  person_without_email,      // 400
  active_invitation_exists,  // 409: `conflict` says which
  person_already_linked,     // 422
  record_in_use,             // 409: `protected_by` says by what
  user_not_a_member,         // 403: the user to link is no active member here
  mail_not_configured,       // 409: the server sends no mail
  role_in_use,               // 409: a policy gives it
  rate_limited,              // 429
  queue_full,                // 503: the platform's queue has no room; nothing was done
  store_unavailable,         // 503: nothing was done
  outcome_unknown,           // 503: the sync failed; the write may or may not be found later
  position_not_served,       // 503: the read asked for one that did not come in time
  event_unreadable,          // 500: `detail` says at which position of the log
  stopping,                  // 503
};

/// What is wrong with one item of a list.
struct ItemError {
  std::size_t index = 0;
  std::vector<std::string> messages;
  bool operator==(const ItemError&) const = default;
};

/// Shown as `"field": [messages]`; when `items` has some, as `"field": {"<index>": [messages], …}`.
struct FieldError {
  std::string field;
  std::vector<std::string> messages;
  std::vector<ItemError> items{};
  bool operator==(const FieldError&) const = default;
};
using FieldErrors = std::vector<FieldError>;

/// `{"name": ["This field is required."], …}`
std::string fields_json(const FieldErrors& fields);

struct InvitationConflict {
  InvitationId invitation;
  std::optional<PersonId> person;  ///< the person that was asked for, not the one invited before
  std::string platform_key;
  bool operator==(const InvitationConflict&) const = default;
};

/// Records that keep another one from being deleted.
struct ProtectedBy {
  std::string relation;  ///< `deals`
  std::uint64_t count = 0;
  bool operator==(const ProtectedBy&) const = default;
};

struct Problem {
  ProblemCode code;
  std::string detail;  ///< a sentence for the caller; empty: the code's own sentence
  FieldErrors fields;
  std::optional<InvitationConflict> conflict;
  std::optional<ProtectedBy> protected_by;

  explicit Problem(ProblemCode c, std::string sentence = {}) : code(c), detail(std::move(sentence)) {}
  explicit Problem(FieldErrors errors) : code(ProblemCode::invalid_fields), fields(std::move(errors)) {}
  explicit Problem(InvitationConflict existing)
      : code(ProblemCode::active_invitation_exists), conflict(std::move(existing)) {}
  explicit Problem(ProtectedBy by) : code(ProblemCode::record_in_use), protected_by(std::move(by)) {}
  bool operator==(const Problem&) const = default;
};

template <class T>
using Result = std::expected<T, Problem>;

}  // namespace annals
