#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "commands/body.hpp"
#include "commands/deciding.hpp"
#include "core/ids.hpp"
#include "core/problem.hpp"
#include "core/time.hpp"
#include "events/person_events.hpp"

namespace annals {

/// The editable fields of a person as a request gave them; nullopt: to be left alone, or faulty.
struct PersonFields {
  std::optional<std::string> name;
  std::optional<std::optional<std::string>> primary_email;
  std::optional<JsonText> emails;
  std::optional<JsonText> contact_numbers;
  std::optional<std::string> job_title;
  std::optional<std::optional<OrganizationId>> organization;
  std::optional<std::optional<std::int64_t>> owner;
  std::optional<LifecycleStage> lifecycle_stage;
  std::optional<std::string> unique_id;
  std::optional<JsonText> metadata;

  /// What is wrong goes to `errors`, in the schema's order.
  static PersonFields read(const Body& body, Write write, FieldErrors& errors);

  /// `errors` and what `state` has against the fields: an organization that is not there, an owner who is no active
  /// member, a unique id that another person than `self` has.
  FieldErrors checked(FieldErrors errors, const State& state, const PersonState* before, Timestamp now) const;
};

}  // namespace annals
