#include <array>

#include "http/resources/kind_handlers.hpp"
#include "http/resources/tables.hpp"

namespace annals::http {
namespace {

using Value = std::string_view;

constexpr std::array kActivityOrders = {
    OrderName<ActivityOrder>{"created_at", ActivityOrder::created_at},
    OrderName<ActivityOrder>{"updated_at", ActivityOrder::updated_at},
    OrderName<ActivityOrder>{"schedule_from", ActivityOrder::schedule_from},
    OrderName<ActivityOrder>{"reminder_at", ActivityOrder::reminder_at},
    OrderName<ActivityOrder>{"type", ActivityOrder::type},
    OrderName<ActivityOrder>{"is_done", ActivityOrder::is_done},
};

constexpr FilterField<ActivityFilter> kActivityFilters[] = {
    {{"deal", R"({"type":"integer"})"},
     [](ActivityFilter& filter, Value value) { return read_id(value, filter.deal); }},
    {{"is_done", R"({"type":"boolean"})"},
     [](ActivityFilter& filter, Value value) { return read_boolean(value, filter.is_done); }},
    {{"metadata__has_key", R"({"type":"string"})", "A top-level key of `metadata`, even with a null value."},
     [](ActivityFilter& filter, Value value) { return read_key(value, filter.metadata_has_key); }},
    {{"organization", R"({"type":"string","format":"uuid"})"},
     [](ActivityFilter& filter, Value value) { return read_organization(value, filter.organization); }},
    {{"owner", R"({"type":"integer"})", "A user's id."},
     [](ActivityFilter& filter, Value value) { return read_user(value, filter.owner); }},
    {{"owner__isnull", R"({"type":"boolean"})"},
     [](ActivityFilter& filter, Value value) { return read_boolean(value, filter.owner_isnull); }},
    {{"search", R"({"type":"string"})", "Words that are all found in the title or the comment, whatever their case."},
     [](ActivityFilter& filter, Value value) { return read_text(value, filter.search); }},
    {{"person", R"({"type":"string","format":"uuid"})"},
     [](ActivityFilter& filter, Value value) { return read_person(value, filter.person); }},
    {{"schedule_from__gte", R"({"type":"string","format":"date-time"})", "Inclusive; a date means its first instant."},
     [](ActivityFilter& filter, Value value) { return read_not_before(value, filter.schedule_from_gte); }},
    {{"schedule_from__lte", R"({"type":"string","format":"date-time"})", "Inclusive; a date means its last instant."},
     [](ActivityFilter& filter, Value value) { return read_not_after(value, filter.schedule_from_lte); }},
    {{"type", R"({"type":"string","enum":["call","deadline","email","lunch","meeting","note","task"]})"},
     [](ActivityFilter& filter, Value value) { return read_named(value, filter.type); }},
    {{"ordering",
      R"({"type":"string","enum":["created_at","-created_at","updated_at","-updated_at","schedule_from","-schedule_from","reminder_at","-reminder_at","type","-type","is_done","-is_done"]})",
      "`-` for descending; what has no such time stands last, ties newest first."},
     [](ActivityFilter& filter, Value value) {
       return read_ordering<ActivityOrder>(value, kActivityOrders, filter.order, filter.descending);
     }},
};

Handled activities(Exchange& exchange) {
  return list_kind<ActivityFilter>(exchange, kActivityFilters, list_activities);
}

Handled complete_activity(Exchange& exchange) {
  const auto id = named_record<Activity>(exchange, exchange.variable);
  if (!id) return refuse(ProblemCode::not_found);
  return submit(exchange, exchange.platform(), CompleteActivity{*id});
}

}  // namespace

std::span<const Route> activity_routes() {
  static const auto routes = [] {
    auto all = kind_routes({"/activities/", "Activities", "activities", "Activity", "activity"},
                           handlers_of<Activity>(activities), parameters_of<ActivityFilter>(kActivityFilters));
    all.push_back({.method = "POST",
                   .path = "/activities/{id}/done/",
                   .permission = "Ibl.CRM/Activities/action",
                   .handler = complete_activity,
                   .operation = {.id = "activities_done_create",
                                 .summary = "Mark it as done, once",
                                 .answer = "Activity",
                                 .others = {{404, "No such activity."}}},
                   .has_version = true,
                   .numbered = true});
    return all;
  }();
  return routes;
}

}  // namespace annals::http
