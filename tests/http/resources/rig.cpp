#include "rig.hpp"

#include <algorithm>
#include <future>
#include <memory>

namespace annals::test {

class Rig::SilentMetrics : public http::Metrics {
 public:
  void request(std::string_view, std::string_view, unsigned, double) override {}
  void connections(std::int64_t) override {}
  void command(std::string_view, std::string_view, double) override {}
  void event(std::string_view) override {}
  void sync(double, std::uint64_t) override {}
  void log_position(std::uint64_t) override {}
  void projection(std::string_view, std::uint64_t, std::uint64_t) override {}
  void invitations_active(std::uint64_t) override {}
  void outbox_pending(std::uint64_t) override {}
  std::string text() const override { return "annals_build_info 1\n"; }
};

std::string Reply::header(std::string_view name) const {
  const auto found = std::find_if(response.headers.begin(), response.headers.end(),
                                  [&](const auto& header) { return header.first == name; });
  return found == response.headers.end() ? std::string() : found->second;
}

std::string Reply::at(std::string_view path) const {
  return json_at(body(), path);
}

std::string json_at(std::string_view json, std::string_view path) {
  if (path.empty()) return std::string(json);
  const auto name = path.substr(0, path.find('.'));
  const auto rest = name.size() == path.size() ? std::string_view() : path.substr(name.size() + 1);
  if (json.empty()) return {};
  if (json.front() == '[') {
    const auto elements = json_elements(json);
    const auto index = static_cast<std::size_t>(std::stoul(std::string(name)));
    return index < elements.size() ? json_at(elements[index], rest) : std::string();
  }
  if (json.front() != '{') return {};
  for (const auto& [key, value] : json_members(json)) {
    if (key == name) return json_at(value, rest);
  }
  return {};
}

SignedHead FixedNotary::sign(PlatformId platform, std::string_view platform_key, Timestamp now) const {
  SignedHead head;
  head.platform = platform;
  head.platform_key = platform_key;
  head.head = {Position{42}, sha256("the commit at 42")};
  head.recorded_at = now - std::chrono::seconds(7);
  head.signed_at = now;
  head.sign(SigningKey(Key{1, 2, 3}));
  return head;
}

Digest FixedNotary::hash_at(PlatformId, Position position) const {
  return sha256("the commit at " + std::to_string(position.value));
}

std::optional<std::string> FixedHistories::of(PlatformId, PersonId) const {
  return std::nullopt;
}
std::optional<std::string> FixedHistories::of(PlatformId, OrganizationId) const {
  return std::nullopt;
}
std::optional<std::string> FixedHistories::bundle_of(PlatformId, PersonId, Timestamp) const {
  return R"({"person":null})";
}

Rig::Rig(http::ApiOptions options) : metrics_(std::make_unique<SilentMetrics>()) {
  options.version = "1.2.3";
  api_ = http::make_api(options, backend.queries(), backend, backend.digester(), notary_, histories_, backend, backend,
                        *metrics_);
}

Reply Rig::send(std::string_view method, std::string_view target, std::string_view body, HeaderList headers) {
  http::Headers fields;
  bool named = false;
  for (const auto& [name, value] : headers) {
    named = named || name == "Authorization";
    if (name != "Authorization" || !value.empty()) fields.add(name, value);
  }
  const auto admin = "Api-Token " + backend.admin_key;
  if (!named) fields.add("Authorization", admin);
  const http::Request request{.method = method,
                              .target = target,
                              .headers = fields,
                              .body = body_too_large ? std::string_view() : body,
                              .body_too_large = body_too_large,
                              .remote_address = remote_address,
                              .scheme = scheme,
                              .host = host,
                              .request_id = "11111111-2222-4333-8444-555555555555",
                              .connection = connection};
  std::optional<std::future<http::Response>> promised;
  auto response = api_->handle(request, [&] {
    auto promise = std::make_shared<std::promise<http::Response>>();
    promised = promise->get_future();
    return http::Completion([promise](http::Response answer) { promise->set_value(std::move(answer)); });
  });
  REQUIRE(response.has_value() != promised.has_value());
  return Reply{response ? std::move(*response) : promised->get()};
}

std::string Rig::person(std::string_view json) {
  const auto reply = post("/persons/", json);
  INFO(reply.body());
  REQUIRE(reply.status() == 201);
  return reply.text("id");
}

std::string Rig::organization(std::string_view name) {
  const auto reply = post("/organizations/", R"({"name":)" + quote_json(name) + "}");
  INFO(reply.body());
  REQUIRE(reply.status() == 201);
  return reply.text("id");
}

HeaderList Rig::member_key(const std::string& username, const std::vector<std::string>& roles, bool is_admin) {
  backend.add_member(MemoryBackend::kMain, username, roles, is_admin);
  return with_key(backend.issue_key(MemoryBackend::kMain, username, {}));
}

}  // namespace annals::test
