#include <catch2/catch.hpp>

#include "app/invitation_secrets.hpp"
#include "projections/rebuild.hpp"
#include "rehearsing.hpp"
#include "support/fresh_seed.hpp"

namespace annals::dry_run_test {
using namespace annals::test;

namespace {

constexpr PlatformId kFirst{1};

/// What commands are about: a record of every kind. Persons 0 and 1 are merged (1 into 0), 2 has been invited.
class Ground {
 public:
  explicit Ground(Backend& backend) : backend_(backend) {
    must(kSystemPlatform, user("ada"));
    must(kSystemPlatform, user("bob"));
    must(kFirst, membership(1));
    for (int i = 0; i < 4; ++i) {
      persons.push_back(*PersonId::parse(json_string(
          member(must(kFirst, create_person("Person " + std::to_string(i), "p" + std::to_string(i) + "@acme.example")),
                 "id"))));
    }
    must(kFirst, merge(persons[0], persons[1]));
    must(kFirst, InvitePerson::from(persons[2], {}));
    secret =
        InvitationSecrets(backend.store).secret(kFirst, InvitationId{1}, backend.commits(kFirst).back().events[0].id);
    organization = *OrganizationId::parse(json_string(member(must(kFirst, create_organization("Engines Ltd")), "id")));
    must(kFirst, key("kept"));
    must(kFirst, CreateRole::from(body({{"name", R"("Reader")"}, {"actions", R"(["Ibl.CRM/Persons/read"])"}})));
    role = RoleId{std::stoull(member(
        must(kFirst, CreateRole::from(body({{"name", R"("Writer")"}, {"actions", R"(["Ibl.CRM/*"])"}}))), "id"))};
    policy = PolicyId{std::stoull(member(must(kFirst, policy_named("Readers")), "id"))};
    tag = TagId{std::stoull(member(must(kFirst, CreateRecord<Tag>::from(body({{"name", R"("VIP")"}}))), "id"))};
    must(kFirst, AttachTag::from(persons[3], body({{"tag_id", std::to_string(tag.value)}})));
    for (const auto* title : {"First", "Second"}) must(kFirst, activity_about(persons[0], title));
    must(kFirst, CreateRecord<Favorite>::from(body({{"person", quote_json(persons[2].to_string())}})));
    must(kFirst, saved_view("Mine"));
    webhook = WebhookId{std::stoull(
        member(must(kFirst, CreateWebhook::from(body({{"url", R"("https://hooks.example/old")"}}))), "id"))};
    must(kFirst, deal_of(persons[0], "Engines"));
    must(kFirst, CreateRecord<Pipeline>::from(body({{"name", R"("Spare")"}, {"code", R"("spare")"}})));
  }

  static Command user(const std::string& name) {
    return CreateUser::from(body({{"username", quote_json(name)}, {"email", quote_json(name + "@acme.example")}}));
  }
  static Command membership(int user) {
    return PutMember::from(body({{"user_id", std::to_string(user)}, {"active", "true"}}));
  }
  RedeemInvitation redemption() const {
    return RedeemInvitation::from(
        body({{"platform_key", R"("first")"}, {"email", R"("p2@acme.example")"}, {"token", quote_json(secret)}}));
  }
  static Command key(const std::string& name) {
    return IssueApiKey::from(body({{"username", R"("ada")"}, {"name", quote_json(name)}}));
  }
  static Command deal_of(PersonId person, const std::string& title) {
    return CreateRecord<Deal>::from(body({{"title", quote_json(title)}, {"person", quote_json(person.to_string())}}));
  }
  static Command policy_named(const std::string& name) {
    return CreatePolicy::from(body({{"name", quote_json(name)}, {"role_id", "1"}, {"users_to_add", "[1]"}}));
  }
  static Command merge(const PersonId& primary, const PersonId& duplicate) {
    return MergePersons::from(body({{"primary_id", quote_json(primary.to_string())},
                                    {"duplicate_ids", "[" + quote_json(duplicate.to_string()) + "]"}}));
  }

  static Command activity_about(const PersonId& person, const std::string& title) {
    return CreateRecord<Activity>::from(body({{"title", quote_json(title)},
                                              {"type", R"("task")"},
                                              {"person", quote_json(person.to_string())},
                                              {"owner", "1"},
                                              {"reminder_at", R"("2020-01-01")"}}));
  }
  static Command saved_view(const std::string& name) {
    return CreateRecord<SavedView>::from(body({{"name", quote_json(name)}, {"object_type", R"("persons")"}}));
  }

  std::vector<PersonId> persons;
  std::string secret;  ///< of the invitation
  OrganizationId organization;
  RoleId role;  ///< no policy gives it
  PolicyId policy;
  WebhookId webhook;
  TagId tag;  ///< which person 3 has

 private:
  Answer must(PlatformId platform, Command command) {
    const auto name = std::string(name_of(command));
    const auto answer = backend_.ask(platform, std::move(command));
    INFO(name);
    REQUIRE(answer.has_value());
    return *answer;
  }
  Backend& backend_;
};

// One for every command: a new one does not compile until it has its own here.
template <class C>
struct Case;
#define ANNALS_CASE(type, platform, ...)                     \
  template <>                                                \
  struct Case<type> {                                        \
    static Asked of([[maybe_unused]] const Ground& ground) { \
      return {platform, __VA_ARGS__};                        \
    }                                                        \
  }
ANNALS_CASE(CreatePerson, kFirst, create_person("New", "new@acme.example"));
ANNALS_CASE(UpdatePerson, kFirst,
            UpdatePerson::from(ground.persons[0], body({{"job_title", R"("Smith")"}}), Write::patch));
ANNALS_CASE(DeletePerson, kFirst, DeletePerson{ground.persons[3]});
ANNALS_CASE(ErasePerson, kFirst, ErasePerson::from(ground.persons[2], body({{"reason", R"("By letter")"}})));
ANNALS_CASE(InvitePerson, kFirst, InvitePerson::from(ground.persons[3], {}));
ANNALS_CASE(LinkPerson, kFirst, LinkPerson::from(ground.persons[3], body({{"user_id", "1"}})));
ANNALS_CASE(MergePersons, kFirst, Ground::merge(ground.persons[0], ground.persons[3]));
ANNALS_CASE(UnmergePerson, kFirst, UnmergePerson::from(ground.persons[1], {}));
ANNALS_CASE(BatchPersons, kFirst, BatchPersons::from(body({{"items", R"([{"operation":"create","name":"New"},
                                                                     {"operation":"create"}])"}})));
ANNALS_CASE(ImportRecords, kFirst,
            ImportRecords{{ImportRow::from(RecordKind::person, body({{"name", R"("Read")"}}), 1)}});
ANNALS_CASE(CreateOrganization, kFirst, create_organization("New Ltd"));
ANNALS_CASE(UpdateOrganization, kFirst,
            UpdateOrganization::from(ground.organization, body({{"name", R"("Motors Ltd")"}}), Write::patch));
ANNALS_CASE(DeleteOrganization, kFirst, DeleteOrganization{ground.organization});
ANNALS_CASE(InviteEmail, kFirst, InviteEmail::from(body({{"email", R"("someone@acme.example")"}})));
ANNALS_CASE(RevokeInvitation, kFirst, RevokeInvitation{InvitationId{1}, {}});
ANNALS_CASE(ExpireInvitations, kFirst, ExpireInvitations{});
ANNALS_CASE(RedeemInvitation, kFirst, ground.redemption());
// It goes before redeeming, which shows what both do.
ANNALS_CASE(RegisterInvitee, kSystemPlatform, RegisterInvitee{kFirst, "p2@acme.example", ground.redemption()});
ANNALS_CASE(CreatePlatform, kSystemPlatform, create_platform("third"));
// It follows CreatePlatform, which shows what it does; by itself it finds every platform open.
ANNALS_CASE(OpenPlatform, kFirst, OpenPlatform{kFirst, "first", "Platform first"});
ANNALS_CASE(CreateUser, kSystemPlatform, Ground::user("cleo"));
ANNALS_CASE(UpdateUser, kSystemPlatform, UpdateUser::from(UserId{2}, body({{"active", "false"}})));
ANNALS_CASE(RemoveMember, kFirst, RemoveMember{UserId{1}});
ANNALS_CASE(PutMember, kFirst, Ground::membership(2));
ANNALS_CASE(IssueApiKey, kFirst, Ground::key("new"));
ANNALS_CASE(RevokeApiKey, kFirst, RevokeApiKey{"kept"});
ANNALS_CASE(CreateRole, kFirst,
            CreateRole::from(body({{"name", R"("New")"}, {"actions", R"(["Ibl.CRM/Persons/list"])"}})));
ANNALS_CASE(UpdateRole, kFirst, UpdateRole::from(ground.role, body({{"name", R"("Scribe")"}}), Write::patch));
ANNALS_CASE(DeleteRole, kFirst, DeleteRole{ground.role});
ANNALS_CASE(CreatePolicy, kFirst, Ground::policy_named("New"));
ANNALS_CASE(UpdatePolicy, kFirst, UpdatePolicy::from(ground.policy, body({{"name", R"("Lectors")"}}), Write::patch));
ANNALS_CASE(DeletePolicy, kFirst, DeletePolicy{ground.policy});
ANNALS_CASE(ChangeNotifications, kFirst, ChangeNotifications::from(body({{"person_created", "true"}})));
ANNALS_CASE(CreateWebhook, kFirst, CreateWebhook::from(body({{"url", R"("https://hooks.example/new")"}})));
ANNALS_CASE(UpdateWebhook, kFirst,
            UpdateWebhook::from(ground.webhook, body({{"description", R"("Sales")"}, {"rotate_secret", "true"}})));
ANNALS_CASE(DeleteWebhook, kFirst, DeleteWebhook{ground.webhook});
// Every platform begins with a pipeline (1) of six stages, and four lead sources. In its first stage stands a deal.
ANNALS_CASE(
    CreateRecord<Pipeline>, kFirst,
    CreateRecord<Pipeline>::from(body({{"name", R"("Leasing")"}, {"code", R"("leasing")"}, {"is_default", "true"}})));
ANNALS_CASE(UpdateRecord<Pipeline>, kFirst,
            UpdateRecord<Pipeline>::from(PipelineId{1}, body({{"rotten_days", "14"}}), Write::patch));
ANNALS_CASE(DeleteRecord<Pipeline>, kFirst, DeleteRecord<Pipeline>{PipelineId{2}});
ANNALS_CASE(CreateRecord<Stage>, kFirst,
            create_stage_in(PipelineId{1}, body({{"name", R"("Signed")"}, {"code", R"("signed")"}})));
ANNALS_CASE(UpdateRecord<Stage>, kFirst,
            UpdateRecord<Stage>::from(StageId{2}, body({{"probability", "35"}}), Write::patch));
ANNALS_CASE(DeleteRecord<Stage>, kFirst, DeleteRecord<Stage>{StageId{3}});
ANNALS_CASE(ReorderStages, kFirst, ReorderStages::from(PipelineId{1}, body({{"order", "[2,1,3,4,5,6]"}})));
ANNALS_CASE(CreateRecord<LeadSource>, kFirst,
            CreateRecord<LeadSource>::from(body({{"name", R"("Fair")"}, {"code", R"("fair")"}})));
ANNALS_CASE(UpdateRecord<LeadSource>, kFirst,
            UpdateRecord<LeadSource>::from(LeadSourceId{4}, body({{"name", R"("Adverts")"}}), Write::patch));
ANNALS_CASE(DeleteRecord<LeadSource>, kFirst, DeleteRecord<LeadSource>{LeadSourceId{2}});
ANNALS_CASE(CreateRecord<Tag>, kFirst, CreateRecord<Tag>::from(body({{"name", R"("New")"}})));
ANNALS_CASE(UpdateRecord<Tag>, kFirst,
            UpdateRecord<Tag>::from(ground.tag, body({{"color", R"("#123abc")"}}), Write::patch));
ANNALS_CASE(DeleteRecord<Tag>, kFirst, DeleteRecord<Tag>{ground.tag});
ANNALS_CASE(AttachTag, kFirst, AttachTag::from(ground.organization, body({{"tag_id", "1"}})));
ANNALS_CASE(DetachTag, kFirst, DetachTag{ground.persons[3], ground.tag});
// Activities 1 and 2 are about person 0, favorite 1 is person 2.
ANNALS_CASE(CreateRecord<Activity>, kFirst, Ground::activity_about(ground.persons[3], "New"));
ANNALS_CASE(UpdateRecord<Activity>, kFirst,
            UpdateRecord<Activity>::from(ActivityId{1}, body({{"location", R"("Room 7")"}}), Write::patch));
ANNALS_CASE(DeleteRecord<Activity>, kFirst, DeleteRecord<Activity>{ActivityId{2}});
ANNALS_CASE(CompleteActivity, kFirst, CompleteActivity{ActivityId{1}});
ANNALS_CASE(SendReminders, kFirst, SendReminders{});
ANNALS_CASE(CreateRecord<Favorite>, kFirst,
            CreateRecord<Favorite>::from(body({{"organization", quote_json(ground.organization.to_string())}})));
ANNALS_CASE(DeleteRecord<Favorite>, kFirst, DeleteRecord<Favorite>{FavoriteId{1}});
ANNALS_CASE(CreateRecord<SavedView>, kFirst, Ground::saved_view("New"));
ANNALS_CASE(UpdateRecord<SavedView>, kFirst,
            UpdateRecord<SavedView>::from(SavedViewId{1}, body({{"columns", R"(["name"])"}}), Write::patch));
ANNALS_CASE(DeleteRecord<SavedView>, kFirst, DeleteRecord<SavedView>{SavedViewId{1}});
ANNALS_CASE(CreateRecord<Deal>, kFirst, Ground::deal_of(ground.persons[2], "Motors"));
ANNALS_CASE(UpdateRecord<Deal>, kFirst,
            UpdateRecord<Deal>::from(DealId{1}, body({{"lead_value", R"("48000.00")"}}), Write::patch));
ANNALS_CASE(DeleteRecord<Deal>, kFirst, DeleteRecord<Deal>{DealId{1}});
ANNALS_CASE(MoveDeal, kFirst, MoveDeal::from(DealId{1}, body({{"stage_code", R"("proposal")"}})));
ANNALS_CASE(WinDeal, kFirst, WinDeal::from(DealId{1}, {}));
ANNALS_CASE(LoseDeal, kFirst, LoseDeal::from(DealId{1}, body({{"lost_reason", R"("Too dear")"}})));
// It brings older platforms what new ones begin with: here it finds all there.
ANNALS_CASE(SeedSales, kFirst, SeedSales{});
#undef ANNALS_CASE

template <class Visit>
void for_each_command(Visit&& visit) {
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    (visit.template operator()<std::variant_alternative_t<I, AnyCommand>>(), ...);
  }(std::make_index_sequence<std::variant_size_v<AnyCommand>>());
}

}  // namespace

TEST_CASE("a dry run of any command shows what the command then does, and does nothing", "[app]") {
  for_each_command([]<class C>() {
    INFO(C::kCommand);
    Backend backend;
    const Ground ground(backend);
    if (std::is_same_v<C, ExpireInvitations>) {
      backend.clock = backend.clock.load() + std::chrono::days(40);  // the invitation is due
    }
    const auto asked = Case<C>::of(ground);
    const auto commits = commit_count(backend);
    CHECK(rehearse_and_do(backend, asked).has_value());
    CHECK((commit_count(backend) > commits) == !(std::is_same_v<C, OpenPlatform> || std::is_same_v<C, SeedSales>));
  });
}

TEST_CASE("a dry run of any command of a random workload answers as the command then does, and leaves no trace",
          "[app]") {
  const auto seed = fresh_seed();
  INFO("seed " << seed);
  Backend backend;
  Workload workload(seed);
  std::size_t done = 0;
  for (int step = 0; step < 300; ++step) {
    workload.pass_time(backend);
    const auto asked = workload.next();
    INFO("step " << step << ": " << name_of(asked.command));
    const auto answer = rehearse_and_do(backend, asked);
    workload.note(asked, answer);
    done += answer ? 1 : 0;
  }
  CHECK(done > 100);
  MemoryByteStore scratch;
  const auto& store = backend.store;
  const auto checked =
      check(backend.store.log(), backend.store.views(), scratch, store.sealer(), store.digester(), nullptr);
  CHECK(checked.differences.empty());
}

TEST_CASE("a dry run is refused as the command would be", "[app]") {
  Backend backend;
  const Ground ground(backend);
  const auto views = backend.store.views().all();
  CHECK(code_of(backend.ask(dry(kFirst, create_organization("Engines Ltd")))) == ProblemCode::invalid_fields);
  CHECK(code_of(backend.ask(dry(kFirst, DeletePerson{PersonId(random_uuid())}))) == ProblemCode::not_found);
  auto stale = dry(kFirst, DeletePerson{ground.persons[3]});
  stale.precondition = Precondition{false, {StreamVersion{7}}};
  CHECK(code_of(backend.ask(std::move(stale))) == ProblemCode::version_conflict);
  CHECK(backend.store.views().all() == views);
}

TEST_CASE("a dry run keeps no answer, but sees the one that is kept", "[app]") {
  Backend backend;
  const auto with_key = [](Submission submission, std::string_view request) {
    submission.idempotency = Submission::Idempotency{sha256("key"), sha256(request)};
    return submission;
  };
  REQUIRE(backend.ask(with_key(dry(kFirst, create_organization("Once")), "one")).has_value());
  const auto done = backend.ask(with_key(asking(kFirst, create_organization("Once")), "one"));
  REQUIRE(done.has_value());
  CHECK_FALSE(done->replayed);
  const auto again = backend.ask(with_key(dry(kFirst, create_organization("Once")), "one"));
  REQUIRE(again.has_value());
  CHECK(member(*again, "id") == member(*done, "id"));
  CHECK(member(*again, "events") == "[]");
  CHECK(code_of(backend.ask(with_key(dry(kFirst, create_organization("Twice")), "two"))) ==
        ProblemCode::idempotency_key_reused);
}

TEST_CASE("dry runs use up one key slot of a platform, however many they are", "[app]") {
  Backend backend;
  REQUIRE(backend.ask(dry(kFirst, create_organization("One"))).has_value());
  const auto next = backend.store.next_slot(kFirst);
  for (const auto* name : {"Two", "Three"}) REQUIRE(backend.ask(dry(kFirst, create_organization(name))).has_value());
  CHECK(backend.store.next_slot(kFirst) == next);
}

TEST_CASE("what waits behind a dry run does not see it", "[app]") {
  Backend backend;
  Gate gate;
  auto holder = backend.hold_in_append(gate);
  auto rehearsal = backend.submit(dry(kFirst, create_organization("One Name")));
  auto done = backend.submit(kFirst, create_organization("One Name"));
  auto refused = backend.submit(dry(kFirst, create_organization("One Name")));
  gate.open();
  CHECK(Backend::result(rehearsal).has_value());
  CHECK(Backend::result(done).has_value());
  CHECK(code_of(Backend::result(refused)) == ProblemCode::invalid_fields);
}

TEST_CASE("every answered write says where the log stands", "[app]") {
  Backend backend;
  const auto head = [&](PlatformId platform) { return backend.store.log().head(platform).position; };
  const auto created = backend.ask(kFirst, create_person("Ada", "ada@acme.example"));
  REQUIRE(created.has_value());
  CHECK(created->position == head(kFirst));
  const auto person = *PersonId::parse(json_string(member(*created, "id")));
  const auto nothing = backend.ask(kFirst, UpdatePerson::from(person, {}, Write::patch));
  CHECK(nothing->position == head(kFirst));
  const auto rehearsed = backend.ask(dry(kFirst, DeletePerson{person}));
  CHECK(rehearsed->position == head(kFirst));
  const auto platform = backend.ask(kSystemPlatform, create_platform("third"));
  CHECK(platform->position == head(PlatformId{3}));
}

}  // namespace annals::dry_run_test
