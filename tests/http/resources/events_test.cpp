#include <catch2/catch.hpp>
#include <future>
#include <memory>
#include <thread>

#include "rig.hpp"

namespace annals::events_test {
using namespace annals::test;
using std::chrono_literals::operator""ms;
using Piece = http::StreamedBody::Piece;

namespace {

/// One event more.
void write(Rig& rig) {
  rig.person(R"({"name":"Somebody"})");
}

std::vector<std::string> positions(const Reply& reply) {
  std::vector<std::string> all;
  const auto results = reply.at("results");
  for (const auto event : json_elements(results)) all.push_back(json_at(event, "position"));
  return all;
}

std::uint64_t served(const Rig& rig) {
  return rig.backend.queries().served_position(MemoryBackend::kMain).value;
}

std::string after(std::uint64_t position) {
  return "/api/crm/events/?after=" + std::to_string(position);
}

/// Reads a stream piece by piece, as the transport does.
class Reader {
 public:
  Reader(Rig& rig, std::uint64_t after_position, HeaderList headers = {}, const std::string& query = {}) {
    headers.emplace_back("Accept", "text/event-stream");
    auto reply = rig.get(after(after_position) + query, std::move(headers));
    REQUIRE(reply.status() == 200);
    CHECK(reply.response.content_type == "text/event-stream");
    CHECK(reply.header("Cache-Control") == "no-store");
    CHECK(reply.response.close);
    body = std::move(reply.response.streamed_body);
    REQUIRE(body);
    CHECK(body->is_live());
  }

  std::future<Piece> ask() const {
    auto promise = std::make_shared<std::promise<Piece>>();
    body->produce([promise](Piece piece) { promise->set_value(std::move(piece)); });
    return promise->get_future();
  }
  Piece next() const { return ask().get(); }

  std::shared_ptr<http::StreamedBody> body;
};

std::string shown(std::uint64_t position) {
  const auto text = std::to_string(position);
  return "id: " + text + "\nevent: " + (position % 2 == 0 ? "PersonUpdated" : "PersonCreated") +
         "\ndata: {\"position\":" + text + "}\n\n";
}

/// In a thread of its own, which may wait. The connection knows its key before.
std::future<Reply> get_meanwhile(Rig& rig, const std::string& target) {
  REQUIRE(rig.get("/events/").status() == 200);
  return std::async(std::launch::async, [&rig, target] { return rig.get(target); });
}

http::ApiOptions quick_heartbeat() {
  http::ApiOptions options;
  options.feed_heartbeat = 20ms;
  return options;
}

}  // namespace

TEST_CASE("events come in pages that say where the next one begins", "[http][events]") {
  Rig rig;
  const auto end = served(rig);
  REQUIRE(end >= 5);
  const auto first = rig.get("/api/crm/events/?limit=2");
  CHECK(first.status() == 200);
  CHECK(positions(first) == std::vector<std::string>{"1", "2"});
  CHECK(first.at("next_after") == "2");
  CHECK(first.at("has_more") == "true");
  const auto rest = rig.get(after(2));
  CHECK(positions(rest).size() == end - 2);
  CHECK(rest.at("next_after") == std::to_string(end));
  CHECK(rest.at("has_more") == "false");
  CHECK(rig.get(after(end)).body() == R"({"results":[],"next_after":)" + std::to_string(end) + R"(,"has_more":false})");
  CHECK(rig.get(after(end + 70)).at("next_after") == std::to_string(end + 70));
  for (const auto* path : {"/events", "/events/", "/dm/api/crm/events/"}) CHECK(rig.get(path).status() == 200);
}

TEST_CASE("events are filtered by type, and the position moves on over the others", "[http][events]") {
  Rig rig;
  CHECK(positions(rig.get("/events/?type=PersonUpdated&limit=2")) == std::vector<std::string>{"2", "4"});
  for (const auto* both :
       {"?type=PersonUpdated,PersonCreated&limit=3", "?type=PersonUpdated&type=PersonCreated&limit=3"}) {
    CHECK(positions(rig.get(std::string("/events/") + both)) == std::vector<std::string>{"1", "2", "3"});
  }
  const auto none = rig.get("/events/?type=PersonErased");
  CHECK(positions(none).empty());
  CHECK(none.at("next_after") == std::to_string(served(rig)));
}

TEST_CASE("parameters of the feed that cannot be read are field errors, all at once", "[http][events]") {
  Rig rig;
  const auto wrong = rig.get("/events/?after=-1&limit=0&wait=soon&type=PersonCreated,Nothing");
  CHECK(wrong.status() == 400);
  CHECK(wrong.body() ==
        R"({"after":["A valid integer is required."],)"
        R"("limit":["Ensure this value is greater than or equal to 1."],"wait":["A valid integer is required."],)"
        R"("type":["Select a valid choice. Nothing is not one of the available choices."]})");
  CHECK(rig.get("/events/?after=&limit=&type=,&wait=").status() == 200);
  CHECK(rig.get("/events/?after=99999999999999999999").status() == 400);
  CHECK(rig.get("/events/?limit=100000").status() == 200);
  CHECK(rig.get("/events/", {{"Accept", "text/event-stream"}, {"Last-Event-ID", "x"}}).body() ==
        R"({"Last-Event-ID":["A valid integer is required."]})");
}

TEST_CASE("auditors read the feed, others do not", "[http][events]") {
  Rig rig;
  CHECK(rig.get("/events/", rig.member_key("auditor", {"Auditor"})).status() == 200);
  CHECK(rig.get("/events/", rig.member_key("manager", {"CRM Manager"})).status() == 200);
  CHECK(rig.get("/events/", rig.member_key("viewer", {"CRM Viewer"})).status() == 403);
  CHECK(rig.get("/events/", {{"Authorization", ""}}).status() == 401);
}

TEST_CASE("a page waits for the first event that is wanted", "[http][events]") {
  Rig rig;
  const auto end = served(rig);
  const auto wanted = end + (end % 2 == 0 ? 2 : 1);
  auto page = get_meanwhile(rig, after(end) + "&wait=30&type=PersonUpdated");
  while (served(rig) < wanted) {
    CHECK(page.wait_for(20ms) == std::future_status::timeout);
    write(rig);
  }
  const auto reply = page.get();
  CHECK(positions(reply) == std::vector<std::string>{std::to_string(wanted)});
  CHECK(reply.at("next_after") == std::to_string(wanted));
}

TEST_CASE("a page that waits in vain says how far it has looked", "[http][events]") {
  Rig rig;
  const auto end = served(rig);
  auto page = get_meanwhile(rig, after(end) + "&wait=1&type=PersonErased");
  CHECK(page.wait_for(20ms) == std::future_status::timeout);
  write(rig);
  const auto reply = page.get();
  CHECK(reply.status() == 200);
  CHECK(positions(reply).empty());
  CHECK(reply.at("next_after") == std::to_string(end + 1));
}

TEST_CASE("a page that waits is answered when the server stops", "[http][events]") {
  Rig rig;
  const auto end = served(rig);
  auto page = get_meanwhile(rig, after(end) + "&wait=30");
  CHECK(page.wait_for(20ms) == std::future_status::timeout);
  rig.api().wind_down();
  CHECK(page.get().at("next_after") == std::to_string(end));
}

TEST_CASE("where the log cannot be read on, what is before is shown, then the position is named", "[http][events]") {
  Rig rig;
  rig.feed.unreadable = Position{3};
  const auto before = rig.get("/events/");
  CHECK(positions(before) == std::vector<std::string>{"1", "2"});
  CHECK(before.at("has_more") == "true");
  const auto there = rig.get(after(2));
  CHECK(there.status() == 500);
  const std::string detail = R"({"detail":"The log cannot be read on at position 3: a type from the future"})";
  CHECK(there.body() == detail);

  const Reader reader(rig, 0);
  CHECK(reader.next().bytes == shown(1) + shown(2));
  const auto last = reader.next();
  CHECK(last.bytes == "event: error\ndata: " + detail + "\n\n");
  CHECK(last.then == Piece::Then::end);
}

TEST_CASE("a feed that fails is answered 500, and a stream of it ends with an error", "[http][events]") {
  Rig rig;
  rig.feed.broken = true;
  CHECK(rig.get("/events/").status() == 500);
  const auto last = Reader(rig, 0).next();
  CHECK(last.bytes == "event: error\ndata: {\"detail\": \"Internal server error.\"}\n\n");
  CHECK(last.then == Piece::Then::end);
}

TEST_CASE("a stream begins in the past and goes on with what comes", "[http][events]") {
  Rig rig;
  const auto end = served(rig);
  const Reader reader(rig, end - 2);
  CHECK(reader.next().bytes == shown(end - 1) + shown(end));
  auto coming = reader.ask();
  CHECK(coming.wait_for(20ms) == std::future_status::timeout);
  write(rig);
  CHECK(coming.get().bytes == shown(end + 1));
}

TEST_CASE("a stream goes on behind Last-Event-ID, whatever its URL says", "[http][events]") {
  Rig rig;
  const auto end = served(rig);
  const Reader reader(rig, 1, {{"Last-Event-ID", std::to_string(end - 1)}});
  CHECK(reader.next().bytes == shown(end));
}

TEST_CASE("a stream that has nothing to say says so, and how far it has come", "[http][events]") {
  Rig rig(quick_heartbeat());
  const auto end = served(rig);
  const Reader reader(rig, end, {}, "&type=PersonErased");
  CHECK(reader.next().bytes == ": still here\n\n");
  write(rig);
  std::string said = reader.next().bytes;
  if (said == ": still here\n\n") said = reader.next().bytes;  // it was on its way when the event came
  CHECK(said == ": still here\nid: " + std::to_string(end + 1) + "\n\n");
  CHECK(reader.next().bytes == ": still here\n\n");
}

TEST_CASE("a stream ends when its key no longer counts, at the next heartbeat at the latest", "[http][events]") {
  Rig rig(quick_heartbeat());
  const auto auditor = rig.member_key("auditor", {"Auditor"});
  const Reader reader(rig, served(rig), auditor);
  CHECK(reader.next().bytes == ": still here\n\n");
  CHECK(rig.post("/api/core/users/platforms/", R"({"user_id":2,"platform_key":"main","active":false})").status() ==
        200);
  Piece last;
  do last = reader.next();
  while (last.then == Piece::Then::more);
  CHECK(last.bytes == "event: error\ndata: {\"detail\":\"Invalid token.\"}\n\n");
}

TEST_CASE("a stream ends quietly when the server stops", "[http][events]") {
  Rig rig;
  const Reader waiting(rig, served(rig));
  auto last = waiting.ask();
  CHECK(last.wait_for(20ms) == std::future_status::timeout);
  rig.api().wind_down();
  CHECK(last.get().then == Piece::Then::end);
  const auto unread = Reader(rig, 0).next();
  CHECK(unread.bytes.empty());
  CHECK(unread.then == Piece::Then::end);
}

TEST_CASE("a stream that nobody reads any more is gone at once", "[http][events]") {
  Rig rig;
  Reader reader(rig, served(rig));
  auto never = reader.ask();
  CHECK(never.wait_for(20ms) == std::future_status::timeout);
  const std::weak_ptr<http::StreamedBody> body = reader.body;
  reader.body.reset();
  CHECK_THROWS(never.get());
  CHECK(body.expired());
  write(rig);
}

}  // namespace annals::events_test
