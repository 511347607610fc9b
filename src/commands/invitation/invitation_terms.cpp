#include "commands/invitation/invitation_terms.hpp"

namespace annals {

InvitationTerms InvitationTerms::read(BodyReader& reader) {
  InvitationTerms terms;
  terms.is_admin = reader.boolean("is_admin").value_or(false);
  terms.is_staff = reader.boolean("is_staff").value_or(false);
  if (auto config = reader.dictionary("enrollment_config")) terms.enrollment_config = std::move(*config);
  terms.redirect_to = reader.redirect_target("redirect_to").value_or("");
  return terms;
}

}  // namespace annals
