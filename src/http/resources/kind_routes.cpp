#include <deque>
#include <string>

#include "http/resources/kind_handlers.hpp"

namespace annals::http {
namespace {

/// Routes hold views of texts; these live as long as the program.
std::string_view kept(std::string text) {
  static std::deque<std::string> texts;
  return texts.emplace_back(std::move(text));
}

std::string_view joined(std::string_view first, std::string_view second) {
  return kept(std::string(first).append(second));
}

}  // namespace

std::vector<Route> kind_routes(const KindRoutes& names, const KindHandlers& handlers,
                               std::vector<Parameter> list_parameters) {
  const auto permission = [&](std::string_view verb) {
    return kept("Ibl.CRM/" + std::string(names.resource) + '/' + std::string(verb));
  };
  const auto path_of_one = joined(names.path, "{id}/");
  const auto not_found = kept("No such " + std::string(names.one) + '.');
  const auto page = kept("Paginated" + std::string(names.schema) + "List");
  const auto patched = joined("Patched", names.schema);
  const auto refusals = [&](std::vector<OtherAnswer> others) {
    others.insert(others.begin(), {404, not_found});
    return others;
  };
  return {
      {.method = "GET",
       .path = names.path,
       .permission = permission("list"),
       .handler = handlers.list,
       .operation = {.id = joined(names.id, "_list"),
                     .summary = "List them, newest first",
                     .answer = page,
                     .answer_description = "A page.",
                     .parameters = std::move(list_parameters)},
       .is_list = true,
       .has_past = true,
       .numbered = true},
      {.method = "POST",
       .path = names.path,
       .permission = permission("action"),
       .handler = handlers.create,
       .operation = {.id = joined(names.id, "_create"),
                     .summary = joined("Create a ", names.one),
                     .request = names.schema,
                     .status = 201,
                     .answer = names.schema,
                     .answer_description = "Created."},
       .numbered = true,
       .creates = true},
      {.method = "GET",
       .path = path_of_one,
       .permission = permission("read"),
       .handler = handlers.show,
       .operation = {.id = joined(names.id, "_retrieve"),
                     .summary = joined("Read a ", names.one),
                     .answer = names.schema,
                     .others = {{404, not_found}}},
       .has_past = true,
       .has_version = true,
       .numbered = true},
      {.method = "PUT",
       .path = path_of_one,
       .permission = permission("write"),
       .handler = handlers.replace,
       .operation = {.id = joined(names.id, "_update"),
                     .summary = "Replace all editable fields",
                     .request = names.schema,
                     .answer = names.schema,
                     .others = refusals(names.update_refusals)},
       .has_version = true,
       .numbered = true},
      {.method = "PATCH",
       .path = path_of_one,
       .permission = permission("write"),
       .handler = handlers.patch,
       .operation = {.id = joined(names.id, "_partial_update"),
                     .summary = "Update only the supplied fields",
                     .request = patched,
                     .request_required = false,
                     .answer = names.schema,
                     .others = refusals(names.update_refusals)},
       .has_version = true,
       .numbered = true},
      {.method = "DELETE",
       .path = path_of_one,
       .permission = permission("delete"),
       .handler = handlers.remove,
       .operation = {.id = joined(names.id, "_destroy"),
                     .summary = joined("Delete a ", names.one),
                     .status = 204,
                     .answer_description = "Deleted.",
                     .others = refusals(names.delete_refusals)},
       .has_version = true,
       .numbered = true},
  };
}

}  // namespace annals::http
