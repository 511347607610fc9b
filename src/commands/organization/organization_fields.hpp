#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "commands/body.hpp"
#include "commands/deciding.hpp"
#include "core/ids.hpp"
#include "core/problem.hpp"
#include "core/time.hpp"

namespace annals {

/// The editable fields of an organization as a request gave them; nullopt: to be left alone, or faulty.
struct OrganizationFields {
  std::optional<std::string> name;
  std::optional<JsonText> address;
  std::optional<std::optional<std::int64_t>> owner;
  std::optional<JsonText> metadata;

  /// What is wrong goes to `errors`, in the schema's order.
  static OrganizationFields read(const Body& body, Write write, FieldErrors& errors);

  /// `errors` and what `state` has against the fields: an owner who is no active member, a name that another
  /// organization than `self` has.
  FieldErrors checked(FieldErrors errors, const State& state, const OrganizationState* before, Timestamp now) const;
};

}  // namespace annals
