#include "projections/kinds/deals.hpp"

#include "projections/kinds/kind_lists.hpp"
#include "projections/kinds/lead_sources.hpp"
#include "projections/kinds/pipelines.hpp"
#include "projections/organization_directory.hpp"
#include "projections/person_directory.hpp"
#include "projections/tag_assignments.hpp"

namespace annals {
namespace {

/// What other records say of a deal.
struct DealJoins {
  std::optional<std::string> person_name;  ///< nullopt: the person is no longer there
  std::optional<std::string> organization_name;
  bool source_there = false;
  std::string tags;
  bool is_stale = false;
};

bool is_stale(const ViewReader& views, PlatformId platform, const RecordRow<Deal>& deal, Timestamp now) {
  if (deal.plain.status != DealStatus::open) return false;
  const auto pipeline = read_row<Pipeline>(views, platform, deal.plain.pipeline);
  if (!pipeline || pipeline->deleted || pipeline->plain.rotten_days == 0) return false;
  return now - deal.plain.stage_since > std::chrono::days(pipeline->plain.rotten_days);
}

DealJoins joins_of(const ViewReader& views, PlatformId platform, const RecordRow<Deal>& deal, Timestamp now) {
  DealJoins joins;
  const auto& plain = deal.plain;
  if (auto person = read_person(views, platform, plain.person)) joins.person_name = std::move(person->details.name);
  if (plain.organization) {
    if (auto organization = read_organization(views, platform, *plain.organization)) {
      joins.organization_name = std::move(organization->details.name);
    }
  }
  if (plain.source) {
    const auto source = read_row<LeadSource>(views, platform, *plain.source);
    joins.source_there = source && !source->deleted;
  }
  joins.tags = tags_json(views, platform, deal.id);
  joins.is_stale = is_stale(views, platform, deal, now);
  return joins;
}

ObjectText& text_or_null(ObjectText& object, const std::optional<std::string>& text) {
  return text ? object.text(*text) : object.null();
}

ObjectText begin_deal(PlatformId platform, const KindRecord<Deal>& deal) {
  const auto& plain = deal.plain;
  ObjectText object;
  object.key("id").number(deal.id.value).key("platform").number(platform.value);
  object.key("title").text(deal.texts.title).key("description").text(deal.texts.description);
  object.key("lead_value").text(format_amount(plain.lead_value)).key("currency").text(plain.currency.code());
  object.key("status").text(name_of(plain.status)).key("lost_reason").text(deal.texts.lost_reason);
  object.key("expected_close_date");
  plain.expected_close_date ? object.text(format_day(*plain.expected_close_date)) : object.null();
  add_or_null(object.key("closed_at"), plain.closed_at);
  return object;
}

void append_place(ObjectText& object, const KindRecord<Deal>& deal) {
  object.key("pipeline").number(deal.plain.pipeline.value).key("stage").number(deal.plain.stage.value);
}

/// Versions in the place of names, so that it is the same when the person has been erased since: a kept answer's ETag
/// must follow from the log.
std::string joined_text(const ViewReader& views, PlatformId platform, const KindRecord<Deal>& deal,
                        const DealJoins& joins) {
  const auto version = [](const auto& row) { return row ? row->version.value : 0; };
  const auto& plain = deal.plain;
  ObjectText object;
  object.key("person").id(plain.person).key("version").number(version(read_person_row(views, platform, plain.person)));
  if (joins.organization_name) {
    object.key("organization").number(version(read_organization_row(views, platform, *plain.organization)));
  }
  object.key("source").boolean(joins.source_there).key("tags").json(joins.tags).key("is_stale").boolean(joins.is_stale);
  return std::move(object).close();
}

}  // namespace

void enter_stage(DealCreated::Plain& deal, const DealStageChanged& event) {
  deal.stage = event.to;
  deal.status = event.status;
  deal.closed_at = event.closed_at;
  deal.stage_since = event.stage_since;
}

void forget_gone(const ViewReader& views, PlatformId platform, DealCreated::Plain& deal) {
  if (deal.organization && !organization_exists(views, platform, *deal.organization)) deal.organization.reset();
  const auto source = deal.source ? read_row<LeadSource>(views, platform, *deal.source) : std::nullopt;
  if (!source || source->deleted) deal.source.reset();
}

RecordText record_text(const ViewReader& views, PlatformId platform, const KindRecord<Deal>& deal, Timestamp now) {
  const auto joins = joins_of(views, platform, deal, now);
  auto object = begin_deal(platform, deal);
  object.key("person");
  joins.person_name ? object.id(deal.plain.person) : object.null();
  text_or_null(object.key("person_name"), joins.person_name);
  object.key("organization");
  joins.organization_name ? object.id(*deal.plain.organization) : object.null();
  text_or_null(object.key("organization_name"), joins.organization_name);
  append_place(object, deal);
  object.key("source");
  joins.source_there ? object.number(deal.plain.source->value) : object.null();
  add_or_null(object.key("owner"), deal.plain.owner);
  object.key("tags").json(joins.tags).key("is_stale").boolean(joins.is_stale);
  return {close_record(std::move(object), deal), joined_text(views, platform, deal, joins)};
}

std::string unjoined_text(PlatformId platform, const KindRecord<Deal>& deal) {
  auto object = begin_deal(platform, deal);
  object.key("person").id(deal.plain.person);
  add_or_null(object.key("organization"), deal.plain.organization);
  append_place(object, deal);
  add_or_null(object.key("source"), deal.plain.source);
  add_or_null(object.key("owner"), deal.plain.owner);
  return close_record(std::move(object), deal);
}

template std::optional<ShownRecord> show_record<Deal>(const RecordReading&, DealId);
template bool record_exists<Deal>(const RecordReading&, DealId);

}  // namespace annals
