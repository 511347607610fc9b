#pragma once

#include <string>

#include "commands/body.hpp"
#include "commands/fields/body_reader.hpp"
#include "core/json.hpp"
#include "core/problem.hpp"

namespace annals {

/// What an invitation grants and where it leads.
struct InvitationTerms {
  bool is_admin = false;
  bool is_staff = false;
  JsonText enrollment_config{"{}"};
  std::string redirect_to;  ///< blank: the platform's default

  static InvitationTerms read(BodyReader& reader);
};

}  // namespace annals
