#include <algorithm>

#include "projections/invitations.hpp"
#include "projections/live_projections.hpp"
#include "projections/platforms.hpp"
#include "projections/users.hpp"
#include "projections/view_ids.hpp"

/// Which invitations somebody without credentials may ask for.
namespace annals {

bool TableProjections::active_invitation_in(PlatformId platform, std::string_view email, Timestamp now) const {
  const auto id = find_by<InvitationId>(store_.latest(), platform, view::active_invitations,
                                        email_digest(digester_, platform, email));
  if (!id) return false;
  const auto row = read_invitation_row(store_.latest(), platform, *id);
  return row && row->open && now < row->expires_at;
}

bool TableProjections::active_invitation_exists(std::optional<PlatformId> platform, std::string_view email,
                                                Timestamp now) const {
  if (platform) return active_invitation_in(*platform, email, now);
  const auto all = platform_ids();
  return std::any_of(all.begin(), all.end(), [&](PlatformId one) { return active_invitation_in(one, email, now); });
}

std::optional<OpenInvitation> TableProjections::open_invitation(PlatformId platform, std::string_view email,
                                                                Timestamp now) const {
  const auto views = store_.snapshot();
  auto found = annals::open_invitation(*views, platform, digester_, email);
  if (!found || !found->details || found->expires_at <= now) return std::nullopt;
  const auto invited = user_with_email(*views, digester_, found->details->email);
  const auto account = invited ? read_user_row(*views, *invited) : std::nullopt;
  if (account && !account->active) return std::nullopt;
  OpenInvitation shown{
      found->id, found->issued,      std::move(found->details->email), std::move(found->details->redirect_to), {},
      {},        account.has_value()};
  if (const auto inviter = read_user(*views, found->issued_by)) {
    shown.inviter = inviter->details.name.empty() ? inviter->details.username : inviter->details.name;
  }
  if (const auto own = read_own_platform(*views, platform)) shown.platform_name = own->details.name;
  return shown;
}

}  // namespace annals
