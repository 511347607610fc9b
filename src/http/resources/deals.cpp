#include <algorithm>

#include "http/resources/kind_handlers.hpp"
#include "http/resources/tables.hpp"

namespace annals::http {
namespace {

using Value = std::string_view;

constexpr OrderName<DealOrder> kDealOrders[] = {
    {"created_at", DealOrder::created_at},
    {"updated_at", DealOrder::updated_at},
    {"title", DealOrder::title},
    {"lead_value", DealOrder::lead_value},
    {"expected_close_date", DealOrder::expected_close_date},
    {"status", DealOrder::status},
};

constexpr FilterField<DealFilter> kDealFilters[] = {
    {{"status", R"({"type":"string","enum":["open","won","lost"]})"},
     [](DealFilter& filter, Value value) { return read_named(value, filter.status); }},
    {{"pipeline", R"({"type":"integer"})"},
     [](DealFilter& filter, Value value) { return read_id(value, filter.pipeline); }},
    {{"stage", R"({"type":"integer"})"}, [](DealFilter& filter, Value value) { return read_id(value, filter.stage); }},
    {{"owner", R"({"type":"integer"})", "A user's id."},
     [](DealFilter& filter, Value value) { return read_id(value, filter.owner); }},
    {{"owner__isnull", R"({"type":"boolean"})"},
     [](DealFilter& filter, Value value) { return read_boolean(value, filter.owner_isnull); }},
    {{"source", R"({"type":"integer"})"},
     [](DealFilter& filter, Value value) { return read_id(value, filter.source); }},
    {{"person", R"({"type":"string","format":"uuid"})"},
     [](DealFilter& filter, Value value) { return read_person(value, filter.person); }},
    {{"organization", R"({"type":"string","format":"uuid"})"},
     [](DealFilter& filter, Value value) { return read_organization(value, filter.organization); }},
    {{"expected_close_date__gte", R"({"type":"string","format":"date"})", "Inclusive."},
     [](DealFilter& filter, Value value) { return read_day(value, filter.expected_close_date_gte); }},
    {{"expected_close_date__lte", R"({"type":"string","format":"date"})", "Inclusive."},
     [](DealFilter& filter, Value value) { return read_day(value, filter.expected_close_date_lte); }},
    {{"created_at__gte", R"({"type":"string","format":"date-time"})", "Inclusive; a date means its first instant."},
     [](DealFilter& filter, Value value) { return read_not_before(value, filter.created_at_gte); }},
    {{"created_at__lte", R"({"type":"string","format":"date-time"})", "Inclusive; a date means its last instant."},
     [](DealFilter& filter, Value value) { return read_not_after(value, filter.created_at_lte); }},
    {{"metadata__has_key", R"({"type":"string"})", "A top-level key of `metadata`, even with a null value."},
     [](DealFilter& filter, Value value) { return read_key(value, filter.metadata_has_key); }},
    {{"search", R"({"type":"string"})",
      "Words that are all found in the title or the description, whatever their case."},
     [](DealFilter& filter, Value value) { return read_text(value, filter.search); }},
    {{"tags", R"({"type":"string"})", "Any of these tags' ids; commas between them, or repeated."},
     [](DealFilter& filter, Value value) { return read_tags(value, filter.tags); },
     true},
    {{"ordering",
      R"({"type":"string","enum":["created_at","-created_at","updated_at","-updated_at","title","-title","lead_value","-lead_value","expected_close_date","-expected_close_date","status","-status"]})",
      "`-` for descending; ties newest first, those without a date last."},
     [](DealFilter& filter, Value value) {
       return read_ordering<DealOrder>(value, kDealOrders, filter.order, filter.descending);
     }},
};

/// The order, which comes last, means nothing to a board.
constexpr auto kBoardFilters = std::span(kDealFilters).first(std::size(kDealFilters) - 1);

struct BoardSize {
  std::uint64_t limit = 50;
};
constexpr FilterField<BoardSize> kBoardSize[] = {
    {{"limit", R"({"type":"integer","minimum":1,"maximum":100,"default":50})",
      "Deals a stage; a larger number counts as 100."},
     [](BoardSize& size, Value value) { return read_limit(value, size.limit); }},
};

Handled deals(Exchange& exchange) {
  return list_kind<DealFilter>(exchange, kDealFilters, list_deals);
}

Handled board(Exchange& exchange) {
  const QueryString query(exchange.raw_query);
  const auto filter = read_filter<DealFilter>(query, kBoardFilters);
  if (!filter) return std::unexpected(filter.error());
  const auto size = read_filter<BoardSize>(query, kBoardSize);
  if (!size) return std::unexpected(size.error());
  const auto reading = reading_of(exchange);
  if (!reading) return std::unexpected(reading.error());
  auto shown = deal_board(*reading, *filter, size->limit);
  if (!shown) return std::unexpected(shown.error());
  return answer_json(*std::move(shown));
}

std::vector<Parameter> board_parameters() {
  auto all = parameters_of<DealFilter>(kBoardFilters);
  std::ranges::copy(parameters_of<BoardSize>(kBoardSize), std::back_inserter(all));
  return all;
}

/// For what takes the deal in the path somewhere, by what the body says.
template <class Move>
Handled move_deal(Exchange& exchange) {
  const auto id = named_record<Deal>(exchange, exchange.variable);
  if (!id) return refuse(ProblemCode::not_found);
  const auto body = read_body(exchange.request);
  if (!body) return std::unexpected(body.error());
  return submit(exchange, exchange.platform(), Move::from(*id, *body));
}

Route move_route(std::string_view path, Handler handler, Operation operation) {
  operation.answer = "Deal";
  operation.answer_description = "The deal, moved or where it was.";
  operation.others = {{404, "No such deal."}};
  return {.method = "POST",
          .path = path,
          .permission = "Ibl.CRM/Deals/action",
          .handler = handler,
          .operation = std::move(operation),
          .has_version = true,
          .numbered = true};
}

Route board_route() {
  return {.method = "GET",
          .path = "/deals/board/",
          .permission = "Ibl.CRM/Deals/list",
          .handler = at_length<board>,
          .operation = {.id = "deals_board_retrieve",
                        .summary = "The deals of a pipeline, stage by stage, with what they amount to",
                        .answer = "DealBoard",
                        .answer_description =
                            "Of the default pipeline unless one is named, and of the deals that "
                            "the filters leave. Sums are exact, and different currencies are never added up.",
                        .parameters = board_parameters(),
                        .others = {{404, "No such pipeline."}}},
          .has_past = true};
}

}  // namespace

std::span<const Route> deal_routes() {
  static const auto routes = [] {
    auto all = kind_routes({"/deals/", "Deals", "deals", "Deal", "deal"}, handlers_of<Deal>(deals),
                           parameters_of<DealFilter>(kDealFilters));
    all.push_back(board_route());
    all.push_back(move_route("/deals/{id}/move-stage/", move_deal<MoveDeal>,
                             {.id = "deals_move_stage_create",
                              .summary = "Move a deal into another stage of its pipeline",
                              .request = "DealMove"}));
    all.push_back(move_route(
        "/deals/{id}/won/", move_deal<WinDeal>,
        {.id = "deals_won_create", .summary = "Win a deal", .request = "DealWin", .request_required = false}));
    all.push_back(
        move_route("/deals/{id}/lost/", move_deal<LoseDeal>,
                   {.id = "deals_lost_create", .summary = "Lose a deal, for a reason", .request = "DealLoss"}));
    return all;
  }();
  return routes;
}

}  // namespace annals::http
