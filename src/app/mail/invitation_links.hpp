#pragma once

#include <string>
#include <string_view>

#include "app/invitation_secrets.hpp"
#include "projections/records.hpp"
#include "storage/store.hpp"

namespace annals {

/// Where an invitation is accepted. Thread-safe; does not own the store.
class InvitationLinks {
 public:
  explicit InvitationLinks(const Store& store) : secrets_(store) {}
  /// Under which people reach the server, without a slash at the end; before anything else is asked for.
  void lead_to(std::string public_url) { public_url_ = std::move(public_url); }
  /// `<public url>/join/?platform_key=…&email=…&token=…`
  std::string of(PlatformId platform, std::string_view platform_key, const InvitationRow& invitation,
                 std::string_view email) const;
  /// Of the public URL, as a Message-ID ends with.
  std::string_view host() const;

 private:
  InvitationSecrets secrets_;
  std::string public_url_;
};

}  // namespace annals
