#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

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
#include "commands/platform/add_member.hpp"
#include "commands/platform/api_keys.hpp"
#include "commands/platform/create_platform.hpp"
#include "commands/platform/create_user.hpp"
#include "commands/platform/policies.hpp"
#include "commands/platform/remove_member.hpp"
#include "commands/platform/roles.hpp"
#include "commands/platform/update_user.hpp"

namespace annals {

/// Everything that can be asked for. A new command is added here, and the compiler lists what it still needs.
using Command =
    std::variant<CreatePerson, UpdatePerson, DeletePerson, ErasePerson, InvitePerson, LinkPerson, MergePersons,
                 UnmergePerson, BatchPersons, CreateOrganization, UpdateOrganization, DeleteOrganization, InviteEmail,
                 RevokeInvitation, ExpireInvitations, RedeemInvitation, RegisterInvitee, CreatePlatform, OpenPlatform,
                 CreateUser, UpdateUser, PutMember, RemoveMember, IssueApiKey, RevokeApiKey, CreateRole, UpdateRole,
                 DeleteRole, CreatePolicy, UpdatePolicy, DeletePolicy, ImportRecords>;

/// `CreatePerson`, for metrics and logs.
std::string_view name_of(const Command& command);

/// Whether its request had faulty fields; deciding it will then give invalid_fields, or what goes before that.
bool has_shape_errors(const Command& command);

/// The body's `platform_key` as text; nullopt: absent, null, blank or no text.
std::optional<std::string> platform_key_of(const Body& body);

}  // namespace annals
