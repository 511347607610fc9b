#include <initializer_list>
#include <string_view>

#include "commands/platform/roles.hpp"

namespace annals {
namespace {

std::string permission(std::string_view resource, std::string_view verb) {
  return "Ibl.CRM/" + std::string(resource) + '/' + std::string(verb);
}

std::vector<std::string> reading(std::initializer_list<std::string_view> resources) {
  std::vector<std::string> actions;
  for (const auto resource : resources) {
    actions.push_back(permission(resource, "read"));
    actions.push_back(permission(resource, "list"));
  }
  return actions;
}

std::vector<std::string> reading_everything() {
  return reading({"Persons", "Organizations", "Pipelines", "Deals", "Activities", "Tags"});
}

std::vector<std::string> joined(std::vector<std::string> actions, const std::vector<std::string>& more) {
  actions.insert(actions.end(), more.begin(), more.end());
  return actions;
}

}  // namespace

std::vector<RoleDetails> seeded_roles() {
  return {
      {"CRM Viewer", reading_everything()},
      {"CRM User", joined({permission("Persons", "*"), permission("Organizations", "*"), permission("Deals", "*"),
                           permission("Activities", "*"), permission("Tags", "*")},
                          reading({"Pipelines"}))},
      {"CRM Manager", {"Ibl.CRM/*"}},
      {"CRM Inviter", joined(reading({"Persons"}), {permission("Invite", "action")})},
      {"Auditor", joined(joined({permission("Audit", "read")}, reading_everything()), reading({"Snapshots"}))},
      {"Tenant Admin", {"Ibl.*"}},
  };
}

}  // namespace annals
