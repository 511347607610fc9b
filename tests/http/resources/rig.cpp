#include "rig.hpp"

#include <algorithm>
#include <future>
#include <memory>
#include <stdexcept>

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
  void reactor_attempt(std::string_view, std::string_view) override {}
  void reactor(std::string_view, std::uint64_t, std::uint64_t, std::uint64_t) override {}
  void rebuild(bool, std::uint64_t, std::uint64_t) override {}
  void undecodable_event() override {}
  void quarantined_events(std::uint64_t) override {}
  std::string text() const override { return "annals_build_info 1\n"; }
};

std::vector<std::string> pieces_of(const Reply& reply) {
  REQUIRE(reply.response.streamed_body);
  std::vector<std::string> pieces;
  auto then = http::StreamedBody::Piece::Then::more;
  while (then == http::StreamedBody::Piece::Then::more) {
    const auto next = std::make_shared<std::promise<http::StreamedBody::Piece>>();
    reply.response.streamed_body->produce(
        [next](http::StreamedBody::Piece piece) { next->set_value(std::move(piece)); });
    auto piece = next->get_future().get();
    then = piece.then;
    pieces.push_back(std::move(piece.bytes));
  }
  CHECK(then == http::StreamedBody::Piece::Then::end);
  return pieces;
}

std::string streamed_text(const Reply& reply) {
  std::string text;
  for (const auto& piece : pieces_of(reply)) text += piece;
  return text;
}

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
std::optional<std::string> FixedHistories::of(PlatformId, DealId) const {
  return std::nullopt;
}
std::optional<std::string> FixedHistories::bundle_of(PlatformId platform, PersonId person, Timestamp) const {
  if (!now.person(platform, person)) return std::nullopt;
  return R"({"person":null})";
}

std::vector<Position> FixedHistories::invitations_erased_at(PlatformId, Position) const {
  return invitations_erased;
}

Moment FixedHistories::moment(PlatformId platform, Position position) const {
  last_platform = platform;
  return {Position{std::min<std::uint64_t>(position.value, 40) / 10 * 10}, kRecordedAt};
}
Moment FixedHistories::moment(PlatformId platform, Timestamp at) const {
  last_platform = platform;
  last_time = at;
  return {Position{at < Timestamp(std::chrono::hours(24)) ? 0u : 40u}, kRecordedAt};
}
std::shared_ptr<const RecordQueries> FixedHistories::records_as_of(Position) const {
  return {std::shared_ptr<void>(), &now};
}

std::vector<ShownSnapshot> FixedSnapshots::list(PlatformId platform) const {
  return {*find(platform, Position{42})};
}
std::optional<ShownSnapshot> FixedSnapshots::find(PlatformId, Position position) const {
  if (position != Position{42}) return std::nullopt;
  return ShownSnapshot{position, SnapshotFormat::csv, true, R"({"state":"ready","position":42})"};
}
SnapshotResult<ShownSnapshot> FixedSnapshots::create(PlatformId platform, std::string_view platform_key,
                                                     SnapshotFormat format, std::optional<Position> at) {
  if (refusal) return std::unexpected(*refusal);
  wish = std::string(platform_key) + ' ' + std::string(name_of(format)) + ' ' + (at ? std::to_string(at->value) : "-");
  if (at == Position{42}) return *find(platform, *at);
  return ShownSnapshot{Position{50}, format, false, R"({"state":"building","position":50})"};
}
bool FixedSnapshots::remove(PlatformId platform, Position position) {
  return find(platform, position).has_value();
}
std::optional<std::filesystem::path> FixedSnapshots::file(PlatformId platform, Position position,
                                                          std::string_view name) const {
  return find(platform, position) && name == "persons.csv" ? std::optional(stored_file) : std::nullopt;
}
SnapshotResult<std::string> FixedSnapshots::diff(PlatformId, Position from, Position to,
                                                 std::size_t changes_max) const {
  if (refusal) return std::unexpected(*refusal);
  return "[" + std::to_string(from.value) + ',' + std::to_string(to.value) + ',' + std::to_string(changes_max) + ']';
}

std::expected<RebuildState, RebuildState> ScriptedRebuilds::start() {
  if (now.phase == RebuildState::Phase::running) return std::unexpected(now);
  now = {};
  now.phase = RebuildState::Phase::running;
  now.started_at = from_micros(1'750'000'000'000'000);
  now.events_total = 12;
  return now;
}

std::expected<EventsRead, UnreadableEvent> ScriptedFeed::read(PlatformId, const EventFilter& filter, Position after,
                                                              Position until, const EventLimits& limits) const {
  if (broken) throw std::runtime_error("the feed broke");
  EventsRead read{{}, after};
  for (std::size_t looked = 0; looked < limits.commits_max && read.events.size() < limits.events_max; ++looked) {
    const Position next{read.seen.value + 1};
    if (next > until) break;
    if (next == unreadable) {
      if (read.seen == after) return std::unexpected(UnreadableEvent{next, "a type from the future"});
      break;
    }
    read.seen = next;
    const std::string_view type = next.value % 2 == 0 ? "PersonUpdated" : "PersonCreated";
    if (!filter.types.empty() && std::ranges::find(filter.types, type) == filter.types.end()) continue;
    read.events.push_back({next, type, R"({"position":)" + std::to_string(next.value) + "}"});
  }
  return read;
}

Result<Page> FixedOutbox::list(PlatformId, std::string_view platform_key, const PageRequest& request, Timestamp) const {
  if (request.page > 1) return std::unexpected(Problem(ProblemCode::invalid_page));
  return Page{.count = 1,
              .results = R"([{"invitation_id":5,"status":"pending","link":"https://)" + std::string(platform_key) +
                         R"(.example/join/"}])",
              .before = {}};
}

Result<std::string> FixedOutbox::resend(PlatformId, std::string_view platform_key, InvitationId invitation, Timestamp) {
  if (invitation == InvitationId{6}) return std::unexpected(Problem(ProblemCode::mail_not_configured));
  if (invitation != InvitationId{5}) return std::unexpected(Problem(ProblemCode::not_found));
  resent.push_back(std::string(platform_key) + " 5");
  return R"({"invitation_id":5,"status":"pending"})";
}

std::vector<std::string> FixedDeliveries::recent(PlatformId, WebhookId webhook) const {
  return {R"({"id":12,"webhook":)" + std::to_string(webhook.value) + "}"};
}
Result<std::string> FixedDeliveries::redeliver(PlatformId, WebhookId webhook, Position event) {
  if (event != Position{12}) return std::unexpected(Problem(ProblemCode::not_found));
  redelivered.push_back(std::to_string(webhook.value) + " 12");
  return recent({}, webhook).front();
}
Result<void> FixedDeliveries::ping(PlatformId, WebhookId webhook, const std::function<Told()>& begun) {
  if (too_many_pings) return std::unexpected(Problem(ProblemCode::queue_full));
  begun()(R"({"delivered":true,"webhook":)" + std::to_string(webhook.value) + "}");
  return {};
}

Rig::Rig(http::ApiOptions options) : metrics_(std::make_unique<SilentMetrics>()) {
  options.version = "1.2.3";
  api_ = http::make_api(options, {backend.queries(), backend, backend.digester(), notary_, histories, snapshots, outbox,
                                  deliveries, feed, backend, rebuilds, backend, *metrics_});
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
  if (response.has_value() == promised.has_value()) throw std::logic_error("answered twice, or not at all");
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
