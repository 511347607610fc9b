#include "scenario.hpp"

namespace annals::test::pipelines_test {
namespace {

using CreatePipeline = CreateRecord<Pipeline>;
using UpdatePipeline = UpdateRecord<Pipeline>;
using CreateStage = CreateRecord<Stage>;
using UpdateStage = UpdateRecord<Stage>;

std::vector<Event> selling() {
  return acme() + seeded_sales(kAcmeSlot);
}

PipelineCreated leasing(bool is_default, std::uint64_t rotten_days = 30) {
  return {
      PipelineId{2}, {is_default, rotten_days}, {}, {kAcmeSlot, PipelineCreated::Texts{"Leasing", "leasing", {"{}"}}}};
}
PipelineUpdated default_changed(unsigned id, bool is_default) {
  PipelineUpdated updated;
  updated.id = PipelineId{id};
  updated.plain.is_default = is_default;
  return updated;
}
StageUpdated sort_order_changed(unsigned id, std::uint64_t sort_order) {
  StageUpdated updated;
  updated.id = StageId{id};
  updated.plain.sort_order = sort_order;
  return updated;
}

TEST_CASE("a pipeline is created with what a request leaves out at its default", "[commands]") {
  given(selling())
      .when(CreatePipeline::from(json(R"({"name":" Leasing ","code":"leasing"})")))
      .then({leasing(false)})
      .shows(RecordShown{"pipeline", 2, true});
}

TEST_CASE("a pipeline's fields are refused all at once, in the schema's order", "[commands]") {
  given(selling())
      .when(CreatePipeline::from(json(R"({"rotten_days":-1,"code":"no blanks"})")))
      .then_fields(
          R"({"name":["This field is required."],"code":["Enter a valid \"slug\" consisting of letters, numbers, underscores or hyphens."],"rotten_days":["Ensure this value is greater than or equal to 0."]})");
  given(selling())
      .when(CreatePipeline::from(json(R"({"name":"Mine","code":"default","is_default":"maybe"})")))
      .then_fields(R"({"code":["pipeline with this code already exists."],"is_default":["Must be a valid boolean."]})");
}

TEST_CASE("a code is free again when its pipeline has another one or is gone", "[commands]") {
  const auto again = CreatePipeline::from(json(R"({"name":"New","code":"default"})"));
  given(selling())
      .when(UpdatePipeline::from(PipelineId{1}, json(R"({"code":"first"})"), Write::patch))
      .when(again)
      .shows(RecordShown{"pipeline", 2, true});
  given(selling()).when(DeleteRecord<Pipeline>{PipelineId{1}}).when(again).shows(RecordShown{"pipeline", 2, true});
  given(selling())
      .when(UpdatePipeline::from(PipelineId{1}, json(R"({"code":"default"})"), Write::patch))
      .then_nothing();
}

TEST_CASE("one pipeline at most is the default", "[commands]") {
  given(selling())
      .when(CreatePipeline::from(json(R"({"name":"Leasing","code":"leasing","is_default":true})")))
      .then({leasing(true), default_changed(1, false)});
  given(selling() + std::vector<Event>{leasing(false)})
      .when(UpdatePipeline::from(PipelineId{2}, json(R"({"is_default":true})"), Write::patch))
      .then({default_changed(2, true), default_changed(1, false)});
  given(selling())
      .when(UpdatePipeline::from(PipelineId{1}, json(R"({"is_default":false})"), Write::patch))
      .then({default_changed(1, false)});
}

TEST_CASE("a pipeline's update records only what changed", "[commands]") {
  PipelineUpdated renamed;
  renamed.id = PipelineId{1};
  renamed.metadata_keys = std::vector{metadata_key("region")};
  PipelineUpdated::Texts texts;
  texts.title = "Sales";
  texts.metadata = JsonText{R"({"region":"north"})"};
  renamed.texts = {kAcmeSlot, texts};
  given(selling())
      .when(UpdatePipeline::from(
          PipelineId{1}, json(R"({"name":"Sales","rotten_days":"30","metadata":{"region":"north"}})"), Write::patch))
      .then({renamed})
      .shows(RecordShown{"pipeline", 1, false});
  PipelineUpdated replaced;
  replaced.id = PipelineId{1};
  replaced.plain.is_default = false;
  given(selling())
      .when(
          UpdatePipeline::from(PipelineId{1}, json(R"({"name":"Default Pipeline","code":"default"})"), Write::replace))
      .then({replaced});
}

TEST_CASE("a pipeline of an older version, or none, is not changed", "[commands]") {
  given(selling())
      .if_match({StreamVersion{4}})
      .when(UpdatePipeline::from(PipelineId{1}, json(R"({"name":""})"), Write::patch))
      .then_problem(ProblemCode::version_conflict);
  given(selling())
      .if_match({StreamVersion{4}})
      .when(DeleteRecord<Pipeline>{PipelineId{1}})
      .then_problem(ProblemCode::version_conflict);
  given(selling())
      .when(UpdatePipeline::from(PipelineId{7}, json(R"({"name":""})"), Write::patch))
      .then_problem(ProblemCode::not_found);
  given(selling()).when(DeleteRecord<Pipeline>{PipelineId{7}}).then_problem(ProblemCode::not_found);
}

TEST_CASE("a deleted pipeline takes its stages along", "[commands]") {
  auto scenario = given(selling());
  scenario.when(DeleteRecord<Pipeline>{PipelineId{1}}).then({PipelineDeleted{PipelineId{1}}}).shows(NothingShown{});
  CHECK_FALSE(scenario.state().kinds().record(StageId{4}));
  CHECK(scenario.state().kinds().records(LeadSource{}).size() == 4);
  scenario.when(UpdateStage::from(StageId{4}, json(R"({"name":"Gone"})"), Write::patch))
      .then_problem(ProblemCode::not_found);
}

TEST_CASE("a new stage stands last unless it says where", "[commands]") {
  const auto signed_stage = [](unsigned probability, unsigned sort_order) {
    return StageCreated{StageId{7},
                        {PipelineId{1}, probability, sort_order, false, false},
                        {},
                        {kAcmeSlot, StageCreated::Texts{"Signed", "signed", {"{}"}}}};
  };
  given(selling())
      .when(create_stage_in(PipelineId{1}, json(R"({"name":"Signed","code":"signed","probability":95})")))
      .then({signed_stage(95, 6)})
      .shows(RecordShown{"stage", 7, true});
  given(selling())
      .when(create_stage_in(PipelineId{1}, json(R"({"name":"Signed","code":"signed","sort_order":2})")))
      .then({signed_stage(0, 2)});
  given(selling())
      .when(create_stage_in(PipelineId{9}, json(R"({"name":"Signed"})")))
      .then_problem(ProblemCode::not_found);
}

TEST_CASE("a stage's code is unique in its pipeline", "[commands]") {
  const auto* won_again = R"({"name":"Won","code":"won"})";
  given(selling())
      .when(create_stage_in(PipelineId{1}, json(won_again)))
      .then_fields(R"({"code":["stage with this code already exists in this pipeline."]})");
  given(selling() + std::vector<Event>{leasing(false)})
      .when(create_stage_in(PipelineId{2}, json(won_again)))
      .shows(RecordShown{"stage", 7, true});
}

TEST_CASE("a stage is never both won and lost, whichever was said first", "[commands]") {
  const auto* both = R"({"is_lost":["A stage cannot be both won and lost."]})";
  given(selling())
      .when(create_stage_in(PipelineId{1}, json(R"({"name":"S","code":"s","is_won":true,"is_lost":true})")))
      .then_fields(both);
  given(selling()).when(UpdateStage::from(StageId{5}, json(R"({"is_lost":true})"), Write::patch)).then_fields(both);
  given(selling())
      .when(UpdateStage::from(StageId{2}, json(R"({"probability":101})"), Write::patch))
      .then_fields(R"({"probability":["Ensure this value is less than or equal to 100."]})");
}

TEST_CASE("stages are put into an order that names each of them once", "[commands]") {
  given(selling())
      .when(ReorderStages::from(PipelineId{1}, json(R"({"order":[2,1,3,4,"6",5]})")))
      .then({StagesReordered{PipelineId{1}, {StageId{2}, StageId{1}, StageId{3}, StageId{4}, StageId{6}, StageId{5}}},
             sort_order_changed(2, 0), sort_order_changed(1, 1), sort_order_changed(6, 4), sort_order_changed(5, 5)})
      .shows(RecordShown{"pipeline", 1, false});
  given(selling()).when(ReorderStages::from(PipelineId{1}, json(R"({"order":[1,2,3,4,5,6]})"))).then_nothing();
  for (const auto* order : {"[1,2,3]", "[1,1,2,3,4,5,6]", "[1,2,3,4,5,7]", "[]"}) {
    INFO(order);
    given(selling())
        .when(ReorderStages::from(PipelineId{1}, json(R"({"order":)" + std::string(order) + "}")))
        .then_fields(R"({"order":["Name each stage of the pipeline exactly once."]})");
  }
  given(selling())
      .when(ReorderStages::from(PipelineId{1}, json("{}")))
      .then_fields(R"({"order":["This field is required."]})");
  given(selling()).when(ReorderStages::from(PipelineId{8}, json("{}"))).then_problem(ProblemCode::not_found);
}

TEST_CASE("a lead source has a name of 128 characters at most and a code of its own", "[commands]") {
  given(selling())
      .when(CreateRecord<LeadSource>::from(json(R"({"name":"Fair","code":"fair"})")))
      .then({LeadSourceCreated{LeadSourceId{5}, {}, {}, {kAcmeSlot, LeadSourceCreated::Texts{"Fair", "fair", {"{}"}}}}})
      .shows(RecordShown{"lead_source", 5, true});
  given(selling())
      .when(CreateRecord<LeadSource>::from(json(R"({"code":"web","name":")" + std::string(129, 'x') + "\"}")))
      .then_fields(
          R"({"name":["Ensure this field has no more than 128 characters."],"code":["lead source with this code already exists."]})");
}

TEST_CASE("a platform that is older than pipelines is given what a new one begins with, once", "[commands]") {
  given(acme()).when(SeedSales{}).then(seeded_sales(kAcmeSlot)).when(SeedSales{}).then_nothing();
  given(selling()).when(DeleteRecord<Pipeline>{PipelineId{1}}).when(SeedSales{}).then_nothing();
}

}  // namespace
}  // namespace annals::test::pipelines_test
