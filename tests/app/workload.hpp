#pragma once

#include <catch2/catch.hpp>
#include <cstdint>
#include <random>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "commands/command.hpp"
#include "committing.hpp"

namespace annals::test {

/// A command and whose log it is for.
struct Asked {
  PlatformId platform;
  Command command;
};

/// Random commands of every kind, as clients would send them to platform 1: most of them possible, some to be refused.
/// The seed and the answers say all: two servers that answer alike are asked alike, but for ids that they made up.
class Workload {
 public:
  static constexpr PlatformId kPlatform{1};

  explicit Workload(std::uint32_t seed) : random_(seed) {}

  /// A command of any kind; persons are created more often than the rest.
  Asked next();
  /// One of a kind that merging a person away, and taking that back, does not get in the way of.
  Asked next_about_records();
  /// Later commands are about what this one made.
  void note(const Asked& asked, const Result<Answer>& answer);
  /// Asks and notes.
  Result<Answer> ask(Backend& backend, const Asked& asked);
  /// A moment passes on the server's clock, now and then some days.
  void pass_time(Backend& backend);

  bool chance(double probability) { return std::bernoulli_distribution(probability)(random_); }
  std::size_t pick(std::size_t below) { return std::uniform_int_distribution<std::size_t>(0, below - 1)(random_); }

  std::vector<PersonId> persons;  ///< created one by one, in that order; also those that are gone
  std::vector<OrganizationId> organizations;

 private:
  template <class C>
  using Kind = std::type_identity<C>;

  template <std::size_t... I>
  Command draw_nth(std::size_t n, std::index_sequence<I...>);
  // One for every command: a new one does not compile until it has its own here.
  Command draw(Kind<CreatePerson>);
  Command draw(Kind<UpdatePerson>);
  Command draw(Kind<DeletePerson>);
  Command draw(Kind<ErasePerson>);
  Command draw(Kind<InvitePerson>);
  Command draw(Kind<LinkPerson>);
  Command draw(Kind<MergePersons>);
  Command draw(Kind<UnmergePerson>);
  Command draw(Kind<BatchPersons>);
  Command draw(Kind<ImportRecords>);
  Command draw(Kind<CreateOrganization>);
  Command draw(Kind<UpdateOrganization>);
  Command draw(Kind<DeleteOrganization>);
  Command draw(Kind<InviteEmail>);
  Command draw(Kind<RevokeInvitation>);
  Command draw(Kind<ExpireInvitations>);
  Command draw(Kind<CreatePlatform>);
  Command draw(Kind<OpenPlatform>);
  Command draw(Kind<CreateUser>);
  Command draw(Kind<PutMember>);
  Command draw(Kind<IssueApiKey>);
  Command draw(Kind<RevokeApiKey>);
  Command draw(Kind<CreateRole>);
  Command draw(Kind<UpdateRole>);
  Command draw(Kind<DeleteRole>);
  Command draw(Kind<CreatePolicy>);
  Command draw(Kind<UpdatePolicy>);
  Command draw(Kind<DeletePolicy>);
  Command draw(Kind<RedeemInvitation>);
  Command draw(Kind<RegisterInvitee>);
  Command draw(Kind<UpdateUser>);
  Command draw(Kind<RemoveMember>);
  Command draw(Kind<ChangeNotifications>);
  Command draw(Kind<CreateWebhook>);
  Command draw(Kind<UpdateWebhook>);
  Command draw(Kind<DeleteWebhook>);
  Command draw(Kind<CreateRecord<Pipeline>>);
  Command draw(Kind<UpdateRecord<Pipeline>>);
  Command draw(Kind<DeleteRecord<Pipeline>>);
  Command draw(Kind<CreateRecord<Stage>>);
  Command draw(Kind<UpdateRecord<Stage>>);
  Command draw(Kind<DeleteRecord<Stage>>);
  Command draw(Kind<ReorderStages>);
  Command draw(Kind<CreateRecord<LeadSource>>);
  Command draw(Kind<UpdateRecord<LeadSource>>);
  Command draw(Kind<DeleteRecord<LeadSource>>);
  Command draw(Kind<SeedSales>);
  Command draw(Kind<CreateRecord<Deal>>);
  Command draw(Kind<UpdateRecord<Deal>>);
  Command draw(Kind<DeleteRecord<Deal>>);
  Command draw(Kind<MoveDeal>);
  Command draw(Kind<WinDeal>);
  Command draw(Kind<LoseDeal>);
  Command draw(Kind<CreateRecord<Activity>>);
  Command draw(Kind<UpdateRecord<Activity>>);
  Command draw(Kind<DeleteRecord<Activity>>);
  Command draw(Kind<CompleteActivity>);
  Command draw(Kind<SendReminders>);
  Command draw(Kind<CreateRecord<Tag>>);
  Command draw(Kind<UpdateRecord<Tag>>);
  Command draw(Kind<DeleteRecord<Tag>>);
  Command draw(Kind<AttachTag>);
  Command draw(Kind<DetachTag>);
  Command draw(Kind<CreateRecord<Favorite>>);
  Command draw(Kind<DeleteRecord<Favorite>>);
  Command draw(Kind<CreateRecord<SavedView>>);
  Command draw(Kind<UpdateRecord<SavedView>>);
  Command draw(Kind<DeleteRecord<SavedView>>);

  std::string number(std::size_t below) { return std::to_string(pick(below)); }
  std::string email() { return "Mail" + number(12) + "@Example.org"; }
  std::string name();
  /// Members of a person's body, each behind a comma.
  std::string person_members();
  std::string organization_members();
  std::string user_id() { return std::to_string(1 + pick(users_ + 2)); }
  std::string actions();
  std::string coded();  ///< a name and a code
  std::string person_id() { return quote_json(any_of(persons).to_string()); }
  std::string organization_id() { return quote_json(any_of(organizations).to_string()); }
  std::string stage_code();
  std::string deal_members();
  std::string activity_members();
  TagHost tag_host();
  std::string users();
  /// Of one of these, or of one that there never was.
  template <class Id>
  Id any_of(const std::vector<Id>& ids);

  std::mt19937 random_;
  std::vector<PersonId> merged_;
  std::vector<RoleId> roles_{RoleId{1}};  ///< a seeded one, which nobody may change
  std::vector<PolicyId> policies_;
  std::vector<WebhookId> webhooks_;
  std::vector<PipelineId> pipelines_{PipelineId{1}};  ///< the seeded ones first
  std::vector<StageId> stages_{StageId{1}, StageId{2}};
  std::vector<LeadSourceId> lead_sources_{LeadSourceId{1}};
  std::vector<DealId> deals_;
  std::vector<ActivityId> activities_;
  std::vector<TagId> tags_;
  std::vector<FavoriteId> favorites_;
  std::vector<SavedViewId> saved_views_;
  std::vector<std::string> keys_;
  std::size_t users_ = 0;
  std::size_t invitations_ = 0;
};

}  // namespace annals::test
