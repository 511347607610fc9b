#include "http/resources/kind_handlers.hpp"
#include "http/resources/tables.hpp"

/// What users keep for themselves: of another one's records there is none here.
namespace annals::http {
namespace {

using Value = std::string_view;

constexpr FilterField<FavoriteFilter> kFavoriteFilters[] = {
    {{"target_type", R"({"type":"string","enum":["deal","organization","person"]})"},
     [](FavoriteFilter& filter, Value value) {
       const bool known = value == "deal" || value == "organization" || value == "person";
       filter.target_type = known ? value : Value();
       return known ? Fault() : no_such_choice(value);
     }},
    {{"person", R"({"type":"string","format":"uuid"})", "Whether this one is a favorite."},
     [](FavoriteFilter& filter, Value value) { return read_person(value, filter.person); }},
    {{"organization", R"({"type":"string","format":"uuid"})", "Whether this one is a favorite."},
     [](FavoriteFilter& filter, Value value) { return read_organization(value, filter.organization); }},
    {{"deal", R"({"type":"integer"})", "Whether this one is a favorite."},
     [](FavoriteFilter& filter, Value value) { return read_id(value, filter.deal); }},
};
constexpr FilterField<SavedViewFilter> kViewFilters[] = {
    {{"object_type", R"({"type":"string"})"},
     [](SavedViewFilter& filter, Value value) { return read_key(value, filter.object_type); }},
    {{"type", R"({"type":"string"})"},
     [](SavedViewFilter& filter, Value value) { return read_key(value, filter.type); }},
};

/// The id in the path, when that record is the caller's own.
template <class Kind>
std::optional<typename Kind::Id> own_record(const Exchange& exchange, const Result<RecordReading>& reading) {
  const auto id = parse_id<typename Kind::Id>(exchange.variable);
  return id && reading && user_of<Kind>(*reading, *id) == exchange.caller.user ? id : std::nullopt;
}

/// The caller's own records, listed by `find`.
template <class Filter, class Find>
Handled list_own(Exchange& exchange, std::span<const FilterField<Filter>> fields, Find find) {
  return list_kind<Filter>(
      exchange, fields,
      [find, user = exchange.caller.user](const RecordReading& reading, const Filter& filter,
                                          const PageRequest& request) { return find(reading, user, filter, request); });
}

Handled favorites(Exchange& exchange) {
  const auto find = [names_persons = may(exchange.caller, "Ibl.CRM/Persons/read"),
                     names_organizations = may(exchange.caller, "Ibl.CRM/Organizations/read"),
                     names_deals = may(exchange.caller, "Ibl.CRM/Deals/read")](
                        const RecordReading& reading, UserId user, FavoriteFilter filter, const PageRequest& request) {
    filter.names_persons = names_persons;
    filter.names_organizations = names_organizations;
    filter.names_deals = names_deals;
    return list_favorites(reading, user, filter, request);
  };
  return list_own<FavoriteFilter>(exchange, kFavoriteFilters, find);
}

Handled saved_views(Exchange& exchange) {
  return list_own<SavedViewFilter>(exchange, kViewFilters, list_saved_views);
}

template <class Kind>
Handled delete_own(Exchange& exchange) {
  const auto id = own_record<Kind>(exchange, exchange.queries().reading(exchange.platform()));
  if (!id) return refuse(ProblemCode::not_found);
  return submit(exchange, exchange.platform(), DeleteRecord<Kind>{*id});
}

Handled show_view(Exchange& exchange) {
  const auto reading = reading_of(exchange);
  if (!reading) return std::unexpected(reading.error());
  const auto id = own_record<SavedView>(exchange, reading);
  if (!id) return refuse(ProblemCode::not_found);
  return show(exchange, show_record<SavedView>(*reading, *id));
}

Handled patch_view(Exchange& exchange) {
  const auto id = own_record<SavedView>(exchange, exchange.queries().reading(exchange.platform()));
  if (!id) return refuse(ProblemCode::not_found);
  const auto body = read_body(exchange.request);
  if (!body) return std::unexpected(body.error());
  return submit(exchange, exchange.platform(), UpdateRecord<SavedView>::from(*id, *body, Write::patch));
}

}  // namespace

std::span<const Route> favorite_routes() {
  static const std::vector<Route> routes = {
      {.method = "GET",
       .path = "/favorites/",
       .permission = kAnyCrmReader,
       .handler = favorites,
       .operation = {.id = "favorites_list",
                     .summary = "List the caller's favorites, newest first",
                     .answer = "PaginatedFavoriteList",
                     .answer_description = "A page.",
                     .parameters = parameters_of<FavoriteFilter>(kFavoriteFilters)},
       .is_list = true,
       .has_past = true},
      {.method = "POST",
       .path = "/favorites/",
       .permission = kAnyCrmReader,
       .handler = create_kind<Favorite>,
       .operation = {.id = "favorites_create",
                     .summary = "Make a record a favorite of the caller's",
                     .request = "Favorite",
                     .status = 201,
                     .answer = "Favorite",
                     .answer_description = "Added.",
                     .others = {{200, "It is one already.", "Favorite"}}}},
      {.method = "DELETE",
       .path = "/favorites/{id}/",
       .permission = kAnyCrmReader,
       .handler = delete_own<Favorite>,
       .operation = {.id = "favorites_destroy",
                     .summary = "Remove a favorite of the caller's",
                     .status = 204,
                     .answer_description = "Removed.",
                     .others = {{404, "No such favorite of the caller's."}}},
       .has_version = true,
       .numbered = true},
  };
  return routes;
}

std::span<const Route> saved_view_routes() {
  static const auto routes = [] {
    auto all = kind_routes({"/views/", "", "views", "SavedView", "saved view"},
                           {saved_views, create_kind<SavedView>, show_view, nullptr, patch_view, delete_own<SavedView>},
                           parameters_of<SavedViewFilter>(kViewFilters));
    std::erase_if(all, [](const Route& route) { return route.handler == nullptr; });
    for (auto& route : all) route.permission = kAnyCrmReader;
    return all;
  }();
  return routes;
}

}  // namespace annals::http
