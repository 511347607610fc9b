#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "commands/activity/activities.hpp"
#include "commands/activity/complete_activity.hpp"
#include "commands/activity/send_reminders.hpp"
#include "commands/deal/deals.hpp"
#include "commands/deal/move_deal.hpp"
#include "commands/import/import_records.hpp"
#include "commands/invitation/expire_invitations.hpp"
#include "commands/invitation/invite_email.hpp"
#include "commands/invitation/invite_person.hpp"
#include "commands/invitation/redeem_invitation.hpp"
#include "commands/invitation/register_invitee.hpp"
#include "commands/invitation/revoke_invitation.hpp"
#include "commands/organization/create_organization.hpp"
#include "commands/organization/delete_organization.hpp"
#include "commands/organization/update_organization.hpp"
#include "commands/person/batch_persons.hpp"
#include "commands/person/create_person.hpp"
#include "commands/person/delete_person.hpp"
#include "commands/person/erase_person.hpp"
#include "commands/person/link_person.hpp"
#include "commands/person/merge_persons.hpp"
#include "commands/person/unmerge_person.hpp"
#include "commands/person/update_person.hpp"
#include "commands/pipeline/lead_sources.hpp"
#include "commands/pipeline/pipelines.hpp"
#include "commands/pipeline/seed_sales.hpp"
#include "commands/pipeline/stages.hpp"
#include "commands/platform/add_member.hpp"
#include "commands/platform/api_keys.hpp"
#include "commands/platform/change_notifications.hpp"
#include "commands/platform/create_platform.hpp"
#include "commands/platform/create_user.hpp"
#include "commands/platform/policies.hpp"
#include "commands/platform/remove_member.hpp"
#include "commands/platform/roles.hpp"
#include "commands/platform/update_user.hpp"
#include "commands/tag/attach_tag.hpp"
#include "commands/tag/detach_tag.hpp"
#include "commands/tag/tags.hpp"
#include "commands/webhook/create_webhook.hpp"
#include "commands/webhook/delete_webhook.hpp"
#include "commands/webhook/update_webhook.hpp"
#include "commands/workspace/favorites.hpp"
#include "commands/workspace/saved_views.hpp"

namespace annals {

template <class... Commands>
struct CommandsWith {
  template <class... Kinds, class... Updated>
  static std::variant<Commands..., CreateRecord<Kinds>..., UpdateRecord<Updated>..., DeleteRecord<Kinds>...> of(
      KindList<Kinds...>, KindList<Updated...>);
};

/// Everything that can be asked for. A new command is added here, or with its kind of record in
/// events/record_kinds.hpp, and the compiler lists what it still needs.
using AnyCommand =
    decltype(CommandsWith<CreatePerson, UpdatePerson, DeletePerson, ErasePerson, InvitePerson, LinkPerson, MergePersons,
                          UnmergePerson, BatchPersons, CreateOrganization, UpdateOrganization, DeleteOrganization,
                          InviteEmail, RevokeInvitation, ExpireInvitations, RedeemInvitation, RegisterInvitee,
                          CreatePlatform, OpenPlatform, CreateUser, UpdateUser, RemoveMember, PutMember, IssueApiKey,
                          RevokeApiKey, CreateRole, UpdateRole, DeleteRole, CreatePolicy, UpdatePolicy, DeletePolicy,
                          ImportRecords, ChangeNotifications, CreateWebhook, UpdateWebhook, DeleteWebhook,
                          ReorderStages, SeedSales, MoveDeal, WinDeal, LoseDeal, CompleteActivity, SendReminders,
                          AttachTag, DetachTag>::of(RecordKinds{}, updated_kinds(RecordKinds{})));

/// One of them. Copying and moving are compiled once, in command.cpp.
struct Command : AnyCommand {
  using AnyCommand::AnyCommand;
  Command();
  Command(const Command& other);
  Command(Command&& other) noexcept;
  Command& operator=(const Command& other);
  Command& operator=(Command&& other) noexcept;
  ~Command();
};

/// `CreatePerson`, for metrics and logs.
std::string_view name_of(const Command& command);

/// Whether its request had faulty fields; deciding it will then give invalid_fields, or what goes before that.
bool has_shape_errors(const Command& command);

/// The body's `platform_key` as text; nullopt: absent, null, blank or no text.
std::optional<std::string> platform_key_of(const Body& body);

}  // namespace annals
