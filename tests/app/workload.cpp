#include "drawing.hpp"

namespace annals::test {
template <std::size_t... I>
Command Workload::draw_nth(std::size_t n, std::index_sequence<I...>) {
  std::optional<Command> drawn;
  ((I == n ? static_cast<void>(drawn = draw(Kind<std::variant_alternative_t<I, AnyCommand>>())) : void()), ...);
  return *std::move(drawn);
}

Asked Workload::next() {
  constexpr auto kKinds = std::variant_size_v<AnyCommand>;
  auto command = chance(0.2) ? draw(Kind<CreatePerson>()) : draw_nth(pick(kKinds), std::make_index_sequence<kKinds>());
  const bool of_server = std::holds_alternative<CreatePlatform>(command) ||
                         std::holds_alternative<CreateUser>(command) || std::holds_alternative<UpdateUser>(command);
  return {of_server ? kSystemPlatform : kPlatform, std::move(command)};
}

Asked Workload::next_about_records() {
  switch (pick(13)) {
    case 0:
      return {kPlatform, draw(Kind<CreatePerson>())};
    case 1:
      return {kPlatform, draw(Kind<CreateOrganization>())};
    case 2:
      return {kPlatform, draw(Kind<UpdateOrganization>())};
    case 3:
      return {kPlatform, draw(Kind<LinkPerson>())};
    case 4:
    case 5:
      return {kPlatform, draw(Kind<MoveDeal>())};
    case 6:
      return {kPlatform, draw(Kind<WinDeal>())};
    case 7:
      return {kPlatform, draw(Kind<LoseDeal>())};
    case 8:
      return {kPlatform, draw(Kind<DeleteRecord<Deal>>())};
    case 9:
      return {kPlatform, draw(Kind<CompleteActivity>())};
    case 10:
      return {kPlatform, draw(Kind<DeleteRecord<Activity>>())};
    case 11:
      return {kPlatform, draw(Kind<CreateRecord<Tag>>())};
    default:
      return {kPlatform, draw(Kind<UpdatePerson>())};
  }
}

void Workload::note(const Asked& asked, const Result<Answer>& answer) {
  if (!answer) return;
  const auto id = [&] { return json_string(member(*answer, "id")); };
  const auto numeric_id = [&] { return std::stoull(member(*answer, "id")); };
  std::visit(
      [&]<class C>(const C& command) {
        if constexpr (std::is_same_v<C, CreatePerson>) persons.push_back(*PersonId::parse(id()));
        if constexpr (std::is_same_v<C, CreateOrganization>) organizations.push_back(*OrganizationId::parse(id()));
        if constexpr (std::is_same_v<C, CreateRole>) roles_.emplace_back(numeric_id());
        if constexpr (std::is_same_v<C, CreatePolicy>) policies_.emplace_back(numeric_id());
        if constexpr (std::is_same_v<C, CreateWebhook>) webhooks_.emplace_back(numeric_id());
        if constexpr (std::is_same_v<C, CreateRecord<Pipeline>>) pipelines_.emplace_back(numeric_id());
        if constexpr (std::is_same_v<C, CreateRecord<Stage>>) stages_.emplace_back(numeric_id());
        if constexpr (std::is_same_v<C, CreateRecord<LeadSource>>) lead_sources_.emplace_back(numeric_id());
        if constexpr (std::is_same_v<C, CreateRecord<Deal>>) deals_.emplace_back(numeric_id());
        if constexpr (std::is_same_v<C, CreateRecord<Activity>>) activities_.emplace_back(numeric_id());
        if constexpr (std::is_same_v<C, CreateRecord<Tag>>) tags_.emplace_back(numeric_id());
        if constexpr (std::is_same_v<C, CreateRecord<Favorite>>) favorites_.emplace_back(numeric_id());
        if constexpr (std::is_same_v<C, CreateRecord<SavedView>>) saved_views_.emplace_back(numeric_id());
        if constexpr (std::is_same_v<C, IssueApiKey>) keys_.push_back(command.name);
        if constexpr (std::is_same_v<C, CreateUser>) ++users_;
        if constexpr (std::is_same_v<C, InvitePerson> || std::is_same_v<C, InviteEmail>) ++invitations_;
        if constexpr (std::is_same_v<C, MergePersons>) {
          merged_.insert(merged_.end(), command.duplicates.begin(), command.duplicates.end());
        }
      },
      asked.command);
}

Result<Answer> Workload::ask(Backend& backend, const Asked& asked) {
  auto answer = backend.ask(asked.platform, asked.command);
  note(asked, answer);
  return answer;
}

void Workload::pass_time(Backend& backend) {
  const auto days = chance(0.05) ? std::chrono::days(pick(40)) : std::chrono::days(0);
  backend.clock = backend.clock.load() + days + std::chrono::milliseconds(1 + pick(5'000));
}

std::string Workload::name() {
  static const std::vector<std::string> kNames{"Straße", "Ada", "ada lovelace", "İstanbul", "ΟΔΥΣΣΕΥΣ", "\"quoted\""};
  return kNames[pick(kNames.size())] + " " + number(40);
}

std::string Workload::person_members() {
  std::string members;
  if (chance(0.4)) members += member_json("primary_email", chance(0.1) ? "null" : quote_json(email()));
  if (chance(0.2)) members += member_json("emails", "[" + quote_json(email()) + "]");
  if (chance(0.2)) members += member_json("job_title", quote_json("Title " + number(5)));
  if (chance(0.2)) members += member_json("unique_id", quote_json("unique " + number(25)));
  if (chance(0.3)) members += member_json("owner", chance(0.2) ? "null" : user_id());
  if (chance(0.3)) members += member_json("lifecycle_stage", chance(0.5) ? R"("customer")" : R"("churned")");
  if (chance(0.3)) members += member_json("metadata", R"({"key)" + number(3) + R"(":)" + number(9) + "}");
  if (chance(0.3) && !organizations.empty()) {
    members += member_json("organization", chance(0.2) ? "null" : quote_json(any_of(organizations).to_string()));
  }
  return members;
}

std::string Workload::organization_members() {
  std::string members;
  if (chance(0.3)) members += member_json("address", R"({"street":)" + quote_json(name()) + "}");
  if (chance(0.3)) members += member_json("owner", chance(0.2) ? "null" : user_id());
  if (chance(0.2)) members += member_json("metadata", R"({"size":)" + number(9) + "}");
  return members;
}

std::string Workload::actions() {
  return R"(["Ibl.CRM/Persons/)" + std::string(chance(0.5) ? "read" : "list") + R"("])";
}

std::string Workload::users() {
  return "[" + user_id() + "]";
}

Command Workload::draw(Kind<CreatePerson>) {
  return CreatePerson::from(object((chance(0.95) ? member_json("name", quote_json(name())) : "") + person_members()));
}
Command Workload::draw(Kind<UpdatePerson>) {
  const auto write = chance(0.3) ? Write::replace : Write::patch;
  const auto named = write == Write::replace || chance(0.5) ? member_json("name", quote_json(name())) : "";
  return UpdatePerson::from(any_of(persons), object(named + person_members()), write);
}
Command Workload::draw(Kind<DeletePerson>) {
  return DeletePerson{any_of(persons)};
}
Command Workload::draw(Kind<ErasePerson>) {
  return ErasePerson::from(any_of(persons), object(chance(0.5) ? member_json("reason", quote_json(name())) : ""));
}
Command Workload::draw(Kind<InvitePerson>) {
  return InvitePerson::from(any_of(persons), object(chance(0.3) ? member_json("metadata", R"({"from":"us"})") : ""));
}
Command Workload::draw(Kind<LinkPerson>) {
  return LinkPerson::from(any_of(persons), object(member_json("user_id", user_id())));
}
Command Workload::draw(Kind<MergePersons>) {
  std::string duplicates = quote_json(any_of(persons).to_string());
  for (auto more = pick(3); more > 0; --more) duplicates += "," + quote_json(any_of(persons).to_string());
  return MergePersons::from(object(member_json("primary_id", quote_json(any_of(persons).to_string())) +
                                   member_json("duplicate_ids", "[" + duplicates + "]")));
}
Command Workload::draw(Kind<UnmergePerson>) {
  return UnmergePerson::from(any_of(merged_.empty() ? persons : merged_), {});
}
Command Workload::draw(Kind<BatchPersons>) {
  const auto create = R"({"operation":"create","name":)" + quote_json(name()) + person_members() + "}";
  const auto update =
      R"({"operation":"update","id":)" + quote_json(any_of(persons).to_string()) + person_members() + "}";
  return BatchPersons::from(object(member_json("items", "[" + create + "," + update + R"(,{"operation":"create"}])")));
}
Command Workload::draw(Kind<ImportRecords>) {
  const auto person = object(member_json("name", quote_json(name())) + person_members());
  const auto organization = object(member_json("name", quote_json(name())) + organization_members());
  const auto existing = chance(0.5) ? Existing::skip : Existing::update;
  return ImportRecords{{ImportRow::from(RecordKind::organization, organization, 1, existing),
                        ImportRow::from(RecordKind::person, person, 2, existing)}};
}
Command Workload::draw(Kind<CreateOrganization>) {
  return CreateOrganization::from(object(member_json("name", quote_json(name())) + organization_members()));
}
Command Workload::draw(Kind<UpdateOrganization>) {
  const auto named = chance(0.5) ? member_json("name", quote_json(name())) : "";
  return UpdateOrganization::from(any_of(organizations), object(named + organization_members()), Write::patch);
}
Command Workload::draw(Kind<DeleteOrganization>) {
  return DeleteOrganization{any_of(organizations)};
}
Command Workload::draw(Kind<InviteEmail>) {
  return InviteEmail::from(object(member_json("email", quote_json(email()))));
}
Command Workload::draw(Kind<RevokeInvitation>) {
  if (chance(0.3)) return RevokeInvitation{{}, email()};
  return RevokeInvitation{InvitationId{1 + pick(invitations_ + 2)}, {}};
}
Command Workload::draw(Kind<ExpireInvitations>) {
  return ExpireInvitations{};
}
Command Workload::draw(Kind<CreatePlatform>) {
  return create_platform("platform" + number(9));
}
Command Workload::draw(Kind<OpenPlatform>) {
  return OpenPlatform{kPlatform, "first", "Platform first"};
}
Command Workload::draw(Kind<CreateUser>) {
  return CreateUser::from(object(member_json("username", quote_json("user" + number(20))) +
                                 member_json("email", quote_json(email())) + member_json("name", quote_json(name()))));
}
Command Workload::draw(Kind<PutMember>) {
  std::string members = member_json("user_id", user_id());
  if (chance(0.7)) members += member_json("active", chance(0.8) ? "true" : "false");
  if (chance(0.2)) members += member_json("is_staff", chance(0.5) ? "true" : "false");
  if (chance(0.1)) members += member_json("expired_on", R"("2027-03-04T05:06:07Z")");
  return PutMember::from(object(members));
}
Command Workload::draw(Kind<IssueApiKey>) {
  return IssueApiKey::from(object(member_json("username", quote_json("user" + number(20))) +
                                  member_json("name", quote_json("key " + number(30)))));
}
Command Workload::draw(Kind<RevokeApiKey>) {
  return RevokeApiKey{keys_.empty() || chance(0.1) ? "no key" : keys_[pick(keys_.size())]};
}
Command Workload::draw(Kind<CreateRole>) {
  return CreateRole::from(
      object(member_json("name", quote_json("role " + number(30))) + member_json("actions", actions())));
}
Command Workload::draw(Kind<UpdateRole>) {
  return UpdateRole::from(any_of(roles_), object(member_json("actions", actions())), Write::patch);
}
Command Workload::draw(Kind<DeleteRole>) {
  return DeleteRole{any_of(roles_)};
}
Command Workload::draw(Kind<CreatePolicy>) {
  return CreatePolicy::from(object(member_json("name", quote_json("policy " + number(30))) +
                                   member_json("role_id", std::to_string(any_of(roles_).value)) +
                                   member_json("users_to_add", users())));
}
Command Workload::draw(Kind<UpdatePolicy>) {
  const auto change = chance(0.5) ? "users_to_add" : "users_to_remove";
  return UpdatePolicy::from(any_of(policies_), object(member_json(change, users())), Write::patch);
}
Command Workload::draw(Kind<DeletePolicy>) {
  return DeletePolicy{any_of(policies_)};
}

Command Workload::draw(Kind<RedeemInvitation>) {
  return RedeemInvitation::from(object(member_json("platform_key", R"("first")") +
                                       member_json("email", quote_json(email())) +
                                       member_json("token", quote_json("no secret " + number(9)))));
}
/// It only ever goes before redeeming.
Command Workload::draw(Kind<RegisterInvitee>) {
  return draw(Kind<RedeemInvitation>());
}
Command Workload::draw(Kind<UpdateUser>) {
  return UpdateUser::from(UserId{1 + pick(users_ + 2)}, object(member_json("active", chance(0.7) ? "true" : "false")));
}
Command Workload::draw(Kind<RemoveMember>) {
  return RemoveMember{UserId{1 + pick(users_ + 2)}};
}
Command Workload::draw(Kind<ChangeNotifications>) {
  return ChangeNotifications::from(
      object(member_json(chance(0.5) ? "person_created" : "person_linked", chance(0.5) ? "true" : "false")));
}
Command Workload::draw(Kind<CreateWebhook>) {
  return CreateWebhook::from(object(member_json("url", quote_json("https://hooks.example/" + number(30))) +
                                    member_json("event_types", chance(0.5) ? R"(["PersonCreated"])" : "[]")));
}
Command Workload::draw(Kind<UpdateWebhook>) {
  return UpdateWebhook::from(any_of(webhooks_), object(member_json("description", quote_json(name())) +
                                                       member_json("rotate_secret", chance(0.3) ? "true" : "false")));
}
Command Workload::draw(Kind<DeleteWebhook>) {
  return DeleteWebhook{any_of(webhooks_)};
}

}  // namespace annals::test
