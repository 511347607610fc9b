#include "role_table.hpp"

#include <map>
#include <set>

#include "http/resources/tables.hpp"
#include "rig.hpp"

namespace annals::role_table_test {
using namespace annals::test;

namespace {

constexpr std::string_view kForbidden = R"({"detail":"You do not have permission to perform this action."})";
constexpr std::string_view kNotFound = R"({"detail":"Not found."})";
constexpr std::string_view kInvalidToken = R"({"detail":"Invalid token."})";
constexpr std::string_view kNoCredentials = R"({"detail":"Authentication credentials were not provided."})";
/// Of records of `main` alone.
constexpr std::string_view kOnlyInMain = "Only In Main";

struct Holder {
  std::string username;
  std::string role;  ///< empty: none
  unsigned as;
  bool is_admin = false;
  bool superuser = false;
};
const std::vector<Holder> kHolders = {
    {"viewer", "CRM Viewer", kViewer},    {"user", "CRM User", kUser},      {"manager", "CRM Manager", kManager},
    {"inviter", "CRM Inviter", kInviter}, {"auditor", "Auditor", kAuditor}, {"tenant", "Tenant Admin", kAdmin},
    {"adminflag", "", kAdmin, true},      {"roleless", "", kRoleless},      {"admin", "", kAdmin, false, true},
};

/// How a holder stands to the platform that the key belongs to; each is a platform of its own.
const std::vector<std::string> kStandings = {"main", "other", "revoked", "lapsed", "left"};
bool is_good(const std::string& standing) {
  return standing == "main" || standing == "other";
}

/// Every holder in every standing, and a record of every kind in `main`.
class Scene {
 public:
  Scene() : rig_(generous()) {
    for (const auto& standing : kStandings) {
      platforms_[standing] = standing == "main" ? MemoryBackend::kMain : rig_.backend.add_platform(standing);
    }
    for (const auto& holder : kHolders) add(holder);
    make_records();
    for (const auto& standing : kStandings) end_standing(standing);
  }

  /// With a body that nobody can read and, for what would delete, as a dry run.
  Reply send(const RouteCallers& row, const HeaderList& key, std::string_view query = {}) {
    auto target = target_of(row.path);
    auto separator = '?';
    const auto add = [&](std::string_view parameter) {
      if (!parameter.empty()) (target += std::exchange(separator, '&')).append(parameter);
    };
    add(query);
    if (row.method == "DELETE") add("id=1&dry_run=true");
    if (row.method == "GET") return rig_.send("GET", target, {}, key);
    auto headers = key;
    headers.emplace_back("Content-Type", "text/plain");
    return rig_.send(row.method, target, "no body that anybody reads", headers);
  }
  const HeaderList& key(const Holder& holder, const std::string& standing) const {
    return keys_.at({holder.username, standing});
  }

 private:
  static http::ApiOptions generous() {
    http::ApiOptions options;
    options.open_calls_burst = options.open_calls_per_second = 1e6;
    options.redeem_tries_burst = options.redeem_tries_per_second = 1e6;
    return options;
  }

  void add(const Holder& holder) {
    if (!holder.superuser) users_[holder.username] = rig_.backend.add_member(MemoryBackend::kMain, holder.username, {});
    const auto user = holder.superuser ? UserId{1} : users_.at(holder.username);
    for (const auto& [standing, platform] : platforms_) {
      rig_.backend.join(platform, user, holder.is_admin);
      if (!holder.role.empty()) rig_.backend.give_role(platform, user, holder.role);
      keys_[{holder.username, standing}] = with_key(rig_.backend.issue_key(platform, holder.username, {}));
    }
  }

  void make_records() {
    const auto name = quote_json(kOnlyInMain);
    const auto person = rig_.person(R"({"primary_email":"only@main.example","name":)" + name + "}");
    REQUIRE(rig_.post("/persons/" + person + "/invite/", "{}").status() == 201);
    const auto role = rig_.post("/api/core/rbac/roles/", R"({"actions":["Ibl.CRM/Tags/list"],"name":)" + name + "}");
    const auto policy =
        rig_.post("/api/core/rbac/policies/", R"({"role_id":)" + role.at("id") + R"(,"name":)" + name + "}");
    REQUIRE(policy.status() == 201);
    const auto webhook = rig_.post("/webhooks/", R"({"url":"https://hooks.example.org/","description":)" + name + "}");
    const auto pipeline = rig_.post("/pipelines/", R"({"code":"only","name":)" + name + "}");
    const auto stages = "/pipelines/" + pipeline.at("id") + "/stages/";
    const auto stage = rig_.post(stages, R"({"code":"only","name":)" + name + "}");
    const auto source = rig_.post("/lead-sources/", R"({"code":"only","name":)" + name + "}");
    const auto of_person = "{\"person\":" + quote_json(person);
    const auto deal = rig_.post("/deals/", of_person + R"(,"title":)" + name + "}");
    const auto activity = rig_.post("/activities/", of_person + R"(,"type":"task","title":)" + name + "}");
    const auto tag = rig_.post("/tags/", R"({"name":)" + name + "}");
    for (const auto& host : {"/persons/" + person, "/deals/" + deal.at("id")}) {
      REQUIRE(rig_.post(host + "/tags/", R"({"tag_id":)" + tag.at("id") + "}").status() == 201);
    }
    const auto favorite = rig_.post("/favorites/", of_person + "}");
    const auto view = rig_.post("/views/", R"({"object_type":"persons","name":)" + name + "}");
    for (const auto* made : {&source, &activity, &favorite, &view}) REQUIRE(made->status() == 201);
    records_ = {{"/persons/{id}/", person},
                {"/organizations/{id}/", rig_.organization(kOnlyInMain)},
                {"/snapshots/{position}/", "42"},
                {"/snapshots/42/files/{name}", "none.csv"},
                {"/snapshots/42/diff/{other}/", "43"},
                {"/api/core/users/{user_id}/", "1"},
                {"/webhooks/{id}/", webhook.at("id")},
                {"/pipelines/{id}/", pipeline.at("id")},
                {"/pipelines/{pipeline_id}/", pipeline.at("id")},
                {stages + "{id}/", stage.at("id")},
                {"/lead-sources/{id}/", source.at("id")},
                {"/deals/{id}/", deal.at("id")},
                {"/activities/{id}/", activity.at("id")},
                {"/tags/{id}/", tag.at("id")},
                {"/favorites/{id}/", favorite.at("id")},
                {"/views/{id}/", view.at("id")},
                {"/persons/" + person + "/tags/{tag_id}/", tag.at("id")},
                {"/deals/" + deal.at("id") + "/tags/{tag_id}/", tag.at("id")},
                {"/api/core/platform/api-tokens/{name}/", "key%201"},
                {"/api/core/rbac/roles/{id}/", role.at("id")},
                {"/api/core/rbac/policies/{id}/", policy.at("id")}};
  }

  /// The path with the records of `main` in it, and something in place of others that a new route may be about.
  std::string target_of(std::string_view path) const {
    std::string target(path);
    for (const auto& [pattern, id] : records_) {
      const auto open = pattern.find('{');
      if (target.starts_with(pattern)) target.replace(open, pattern.find('}') - open + 1, id);
    }
    for (auto open = target.find('{'); open != std::string::npos; open = target.find('{')) {
      target.replace(open, target.find('}') - open + 1, "4711");
    }
    return target;
  }

  void end_standing(const std::string& standing) {
    const auto platform = R"(,"platform_key":")" + standing + "\"";
    for (const auto& holder : kHolders) {
      const auto user = R"({"user_id":)" + std::to_string(holder.superuser ? 1 : users_.at(holder.username).value);
      const auto change = [&](std::string_view what) {
        REQUIRE(rig_.post("/api/core/users/platforms/", user + platform + std::string(what) + "}").status() == 200);
      };
      if (standing == "lapsed") change(R"(,"expired_on":"2020-02-29T00:00:00Z")");
      if (standing == "left") change(R"(,"active":false)");
    }
    if (standing != "revoked") return;
    const std::string tokens = "/api/core/platform/api-tokens/";
    const auto listed = rig_.get(tokens + "?platform_key=revoked").body();
    for (const auto token : json_elements(listed)) {
      auto name = json_string(json_at(token, "name"));
      name.replace(name.find(' '), 1, "%20");
      REQUIRE(rig_.send("DELETE", tokens + name + "/?platform_key=revoked").status() == 204);
    }
  }

  Rig rig_;
  std::map<std::string, PlatformId> platforms_;
  std::map<std::string, UserId> users_;
  std::map<std::pair<std::string, std::string>, HeaderList> keys_;
  std::vector<std::pair<std::string, std::string>> records_;  ///< pattern that paths begin with → what stands there
};

std::string text_of(const Reply& reply) {
  return reply.response.streamed_body ? streamed_text(reply) : reply.body();
}

bool reads_body(const RouteCallers& row) {
  for (const auto& table : http::all_routes()) {
    for (const auto& route : table.routes) {
      if (route.method != row.method || route.path != row.path) continue;
      return !route.operation.request.empty() || !route.operation.request_forms.empty();
    }
  }
  return false;
}

/// The route was reached, and its caller's rights, and those of the key, sufficed: only what is wrong with the body,
/// or that there is no such record, is left to say.
void check_granted(const Reply& reply, const RouteCallers& row) {
  CHECK(reply.response.route == row.path);
  CHECK_FALSE(std::set<unsigned>{401, 403, 405}.contains(reply.status()));
  CHECK(reply.status() < 500);
  if (reads_body(row)) CHECK(reply.status() == 415);
}

void check_refused(const Reply& reply, unsigned status, std::string_view body) {
  CHECK(reply.status() == status);
  CHECK(reply.body() == body);
  CHECK(reply.header("WWW-Authenticate") == (status == 401 ? "Api-Token" : ""));
}

/// What a good key may do in its own platform or, `from_elsewhere`, what one of another platform may do in `main`.
void check_good_key(const Reply& reply, const RouteCallers& row, const Holder& holder, bool from_elsewhere) {
  const bool may = holder.superuser || (row.may & (holder.as | kEverybody)) != 0;
  if (from_elsewhere && row.reach == Reach::platform && !holder.superuser) return check_refused(reply, 404, kNotFound);
  if (!may) return check_refused(reply, 403, kForbidden);
  if (from_elsewhere && row.reach == Reach::record) return check_refused(reply, 404, kNotFound);
  if (row.reach == Reach::own && (from_elsewhere || !holder.superuser)) return check_refused(reply, 404, kNotFound);
  check_granted(reply, row);
}

}  // namespace

TEST_CASE("every route has its row in the role table, and every row its route", "[http][roles]") {
  std::multiset<std::string> routes;
  std::multiset<std::string> rows;
  for (const auto& table : http::all_routes()) {
    for (const auto& route : table.routes) routes.insert(std::string(route.method) + ' ' + std::string(route.path));
  }
  for (const auto& row : kRoleTable) rows.insert(std::string(row.method) + ' ' + std::string(row.path));
  for (const auto& route : routes) {
    INFO("a row in role_table.hpp for " << route);
    CHECK(rows.count(route) == 1);
  }
  for (const auto& row : rows) {
    INFO("a route for the row " << row);
    CHECK(routes.count(row) == 1);
  }
}

TEST_CASE("every seeded role may do in its own platform what the role table says, and nothing else", "[http][roles]") {
  Scene scene;
  for (const auto& row : kRoleTable) {
    for (const auto& holder : kHolders) {
      INFO(holder.username << ": " << row.method << ' ' << row.path);
      check_good_key(scene.send(row, scene.key(holder, "main")), row, holder, false);
    }
  }
}

TEST_CASE("no role of another platform reaches anything here", "[http][roles]") {
  Scene scene;
  for (const auto& row : kRoleTable) {
    for (const auto& holder : kHolders) {
      INFO(holder.username << " of another platform: " << row.method << ' ' << row.path);
      const auto reply =
          scene.send(row, scene.key(holder, "other"), row.reach == Reach::platform ? "platform_key=main" : "");
      check_good_key(reply, row, holder, true);
      if (!holder.superuser) CHECK(text_of(reply).find(kOnlyInMain) == std::string::npos);
    }
  }
}

TEST_CASE("with a revoked key, an expired or ended membership, or none, every route that needs a key is a 401",
          "[http][roles]") {
  Scene scene;
  for (const auto& row : kRoleTable) {
    const bool open = (row.may & kEverybody) != 0;
    const auto check = [&](const HeaderList& key, std::string_view sentence) {
      const auto reply = scene.send(row, key);
      open ? check_granted(reply, row) : check_refused(reply, 401, sentence);
    };
    INFO(row.method << ' ' << row.path);
    check({{"Authorization", ""}}, kNoCredentials);
    for (const auto& standing : kStandings) {
      if (is_good(standing)) continue;
      for (const auto& holder : kHolders) {
        INFO(holder.username << ", " << standing);
        check(scene.key(holder, standing), kInvalidToken);
      }
    }
  }
}

}  // namespace annals::role_table_test
