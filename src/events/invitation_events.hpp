#pragma once

#include <string>
#include <string_view>

#include "core/json.hpp"
#include "core/time.hpp"
#include "events/sealed.hpp"

/// The life of an invitation. Field numbers and type names are on disk and never change.
namespace annals {

/// On disk; never change.
enum class InvitationSource : std::uint8_t { person = 0, platform = 1 };
std::string_view name_of(InvitationSource source);

struct InvitationDetails {
  std::string email;
  std::string redirect_to;  ///< blank: the platform's default
  JsonText enrollment_config{"{}"};
  JsonText metadata{"{}"};
  bool operator==(const InvitationDetails&) const = default;
  static constexpr void fields(auto& self, auto&& field) {
    field(1, "email", self.email);
    field(2, "redirect_to", self.redirect_to);
    field(3, "enrollment_config", self.enrollment_config);
    field(4, "metadata", self.metadata);
  }
};

struct InvitationIssued {
  static constexpr std::string_view type = "InvitationIssued";
  static constexpr std::uint16_t schema = 1;
  InvitationId invitation;
  InvitationSource source = InvitationSource::person;
  std::optional<PersonId> person;
  bool is_admin = false;
  bool is_staff = false;
  Timestamp expires_at;               ///< a decision at or after it treats the invitation as expired
  Sealed<InvitationDetails> details;  ///< the person's slot; the invitation's own when there is no person
  bool operator==(const InvitationIssued&) const = default;
  static constexpr void fields(auto& self, auto&& field) {
    field(1, "invitation", self.invitation);
    field(2, "source", self.source);
    field(3, "person", self.person);
    field(4, "is_admin", self.is_admin);
    field(5, "is_staff", self.is_staff);
    field(6, "expires_at", self.expires_at);
    field.sealed(7, self.details);
  }
};

struct InvitationRevoked {
  static constexpr std::string_view type = "InvitationRevoked";
  static constexpr std::uint16_t schema = 1;
  InvitationId invitation;
  bool operator==(const InvitationRevoked&) const = default;
  static constexpr void fields(auto& self, auto&& field) { field(1, "invitation", self.invitation); }
};

struct InvitationExpired {
  static constexpr std::string_view type = "InvitationExpired";
  static constexpr std::uint16_t schema = 1;
  InvitationId invitation;
  bool operator==(const InvitationExpired&) const = default;
  static constexpr void fields(auto& self, auto&& field) { field(1, "invitation", self.invitation); }
};

/// With the membership and the links that come of it, in one commit.
struct InvitationRedeemed {
  static constexpr std::string_view type = "InvitationRedeemed";
  static constexpr std::uint16_t schema = 1;
  InvitationId invitation;
  UserId user;  ///< who had the secret
  bool operator==(const InvitationRedeemed&) const = default;
  static constexpr void fields(auto& self, auto&& field) {
    field(1, "invitation", self.invitation);
    field(2, "user", self.user);
  }
};

}  // namespace annals
