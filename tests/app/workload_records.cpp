#include "drawing.hpp"

/// Commands about the records around persons and organizations.
namespace annals::test {

std::string Workload::coded() {
  return member_json("name", quote_json(name())) + member_json("code", quote_json("code" + number(30)));
}
Command Workload::draw(Kind<CreateRecord<Pipeline>>) {
  return CreateRecord<Pipeline>::from(object(coded() + (chance(0.3) ? member_json("is_default", "true") : "") +
                                             member_json("rotten_days", number(90))));
}
Command Workload::draw(Kind<UpdateRecord<Pipeline>>) {
  return UpdateRecord<Pipeline>::from(any_of(pipelines_),
                                      object(chance(0.5) ? coded() : member_json("is_default", "true")), Write::patch);
}
Command Workload::draw(Kind<DeleteRecord<Pipeline>>) {
  return DeleteRecord<Pipeline>{any_of(pipelines_)};
}
Command Workload::draw(Kind<CreateRecord<Stage>>) {
  return create_stage_in(any_of(pipelines_),
                         object(coded() + (chance(0.5) ? member_json("sort_order", number(9)) : "")));
}
Command Workload::draw(Kind<UpdateRecord<Stage>>) {
  return UpdateRecord<Stage>::from(
      any_of(stages_), object(chance(0.5) ? coded() : member_json("probability", number(120))), Write::patch);
}
Command Workload::draw(Kind<DeleteRecord<Stage>>) {
  return DeleteRecord<Stage>{any_of(stages_)};
}
Command Workload::draw(Kind<ReorderStages>) {
  return ReorderStages::from(PipelineId{1},
                             object(member_json("order", chance(0.5) ? "[6,5,4,3,2,1]" : "[2,1,3,4,5,6]")));
}
Command Workload::draw(Kind<CreateRecord<LeadSource>>) {
  return CreateRecord<LeadSource>::from(object(coded()));
}
Command Workload::draw(Kind<UpdateRecord<LeadSource>>) {
  return UpdateRecord<LeadSource>::from(any_of(lead_sources_), object(coded()), Write::patch);
}
Command Workload::draw(Kind<DeleteRecord<LeadSource>>) {
  return DeleteRecord<LeadSource>{any_of(lead_sources_)};
}
Command Workload::draw(Kind<SeedSales>) {
  return SeedSales{};
}

std::string Workload::stage_code() {
  static const std::vector<std::string> kCodes{"new", "qualified", "proposal", "negotiation", "won", "lost", "none"};
  return member_json("stage_code", quote_json(kCodes[pick(kCodes.size())]));
}
std::string Workload::deal_members() {
  std::string members;
  if (chance(0.5)) members += member_json("lead_value", quote_json(number(90'000) + "." + number(10)));
  if (chance(0.2)) members += member_json("currency", chance(0.5) ? R"("EUR")" : R"("USD")");
  if (chance(0.3))
    members +=
        member_json("expected_close_date", chance(0.2) ? "null" : R"("2027-02-0)" + std::to_string(1 + pick(9)) + "\"");
  if (chance(0.2)) members += member_json("source", chance(0.2) ? "null" : std::to_string(any_of(lead_sources_).value));
  if (chance(0.2)) members += member_json("owner", chance(0.2) ? "null" : user_id());
  if (chance(0.1)) members += member_json("organization", chance(0.5) ? "null" : organization_id());
  if (chance(0.1)) members += member_json("pipeline", std::to_string(any_of(pipelines_).value));
  if (chance(0.2)) members += member_json("stage", std::to_string(any_of(stages_).value));
  if (chance(0.2)) members += member_json("metadata", R"({"key)" + number(3) + R"(":)" + number(9) + "}");
  return members;
}
Command Workload::draw(Kind<CreateRecord<Deal>>) {
  return CreateRecord<Deal>::from(
      object(member_json("title", quote_json(name())) + member_json("person", person_id()) + deal_members()));
}
Command Workload::draw(Kind<UpdateRecord<Deal>>) {
  const auto write = chance(0.2) ? Write::replace : Write::patch;
  std::string members = deal_members();
  if (write == Write::replace || chance(0.3)) members += member_json("title", quote_json(name()));
  if (write == Write::replace || chance(0.2)) members += member_json("person", person_id());
  return UpdateRecord<Deal>::from(any_of(deals_), object(members), write);
}
Command Workload::draw(Kind<DeleteRecord<Deal>>) {
  return DeleteRecord<Deal>{any_of(deals_)};
}
Command Workload::draw(Kind<MoveDeal>) {
  return MoveDeal::from(any_of(deals_), object(stage_code()));
}
Command Workload::draw(Kind<WinDeal>) {
  return WinDeal::from(any_of(deals_), object(chance(0.2) ? stage_code() : ""));
}
Command Workload::draw(Kind<LoseDeal>) {
  return LoseDeal::from(any_of(deals_), object(chance(0.9) ? member_json("lost_reason", quote_json(name())) : ""));
}

std::string Workload::activity_members() {
  std::string members;
  if (chance(0.3)) members += member_json("deal", chance(0.2) ? "null" : std::to_string(any_of(deals_).value));
  if (chance(0.3)) members += member_json("person", chance(0.2) ? "null" : person_id());
  if (chance(0.3)) members += member_json("organization", chance(0.2) ? "null" : organization_id());
  if (chance(0.3))
    members += member_json("schedule_from", R"("2026-0)" + std::to_string(1 + pick(9)) + R"(-03T04:05:06Z")");
  if (chance(0.4))
    members +=
        member_json("reminder_at", chance(0.1) ? "null" : R"("2020-0)" + std::to_string(1 + pick(9)) + R"(-07")");
  if (chance(0.2)) members += member_json("owner", chance(0.2) ? "null" : user_id());
  if (chance(0.2)) members += member_json("is_done", chance(0.5) ? "true" : "false");
  if (chance(0.2)) members += member_json("metadata", R"({"key)" + number(3) + R"(":)" + number(9) + "}");
  return members;
}
Command Workload::draw(Kind<CreateRecord<Activity>>) {
  return CreateRecord<Activity>::from(object(member_json("title", quote_json(name())) +
                                             member_json("type", chance(0.5) ? R"("call")" : R"("task")") +
                                             activity_members()));
}
Command Workload::draw(Kind<UpdateRecord<Activity>>) {
  return UpdateRecord<Activity>::from(
      any_of(activities_), object(activity_members() + member_json("comment", quote_json(name()))), Write::patch);
}
Command Workload::draw(Kind<DeleteRecord<Activity>>) {
  return DeleteRecord<Activity>{any_of(activities_)};
}
Command Workload::draw(Kind<CompleteActivity>) {
  return CompleteActivity{any_of(activities_)};
}
Command Workload::draw(Kind<SendReminders>) {
  return SendReminders{};
}

TagHost Workload::tag_host() {
  switch (pick(3)) {
    case 0:
      return any_of(organizations);
    case 1:
      return any_of(deals_);
    default:
      return any_of(persons);
  }
}
Command Workload::draw(Kind<CreateRecord<Tag>>) {
  return CreateRecord<Tag>::from(object(member_json("name", quote_json("Tag " + number(12)))));
}
Command Workload::draw(Kind<UpdateRecord<Tag>>) {
  return UpdateRecord<Tag>::from(any_of(tags_),
                                 object(chance(0.5) ? member_json("name", quote_json("Tag " + number(12)))
                                                    : member_json("color", quote_json("#0000a" + number(10)))),
                                 Write::patch);
}
Command Workload::draw(Kind<DeleteRecord<Tag>>) {
  return DeleteRecord<Tag>{any_of(tags_)};
}
Command Workload::draw(Kind<AttachTag>) {
  return AttachTag::from(tag_host(), object(member_json("tag_id", std::to_string(any_of(tags_).value))));
}
Command Workload::draw(Kind<DetachTag>) {
  return DetachTag{tag_host(), any_of(tags_)};
}

Command Workload::draw(Kind<CreateRecord<Favorite>>) {
  switch (pick(3)) {
    case 0:
      return CreateRecord<Favorite>::from(object(member_json("organization", organization_id())));
    case 1:
      return CreateRecord<Favorite>::from(object(member_json("deal", std::to_string(any_of(deals_).value))));
    default:
      return CreateRecord<Favorite>::from(object(member_json("person", person_id())));
  }
}
Command Workload::draw(Kind<DeleteRecord<Favorite>>) {
  return DeleteRecord<Favorite>{any_of(favorites_)};
}
Command Workload::draw(Kind<CreateRecord<SavedView>>) {
  return CreateRecord<SavedView>::from(
      object(member_json("name", quote_json(name())) + member_json("object_type", R"("persons")")));
}
Command Workload::draw(Kind<UpdateRecord<SavedView>>) {
  return UpdateRecord<SavedView>::from(
      any_of(saved_views_), object(member_json("columns", R"(["name","column)" + number(9) + R"("])")), Write::patch);
}
Command Workload::draw(Kind<DeleteRecord<SavedView>>) {
  return DeleteRecord<SavedView>{any_of(saved_views_)};
}

}  // namespace annals::test
