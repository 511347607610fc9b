#include <algorithm>
#include <catch2/catch.hpp>
#include <memory>
#include <string>
#include <vector>

#include "probe_server.hpp"

namespace annals::http::test::turns_test {
namespace {

std::string many(std::size_t count, std::string_view target) {
  std::string requests;
  for (std::size_t i = 0; i < count; ++i) requests += get(target);
  return requests;
}

/// Connections of one share, which the server knows already.
std::vector<std::unique_ptr<RawClient>> connect(ProbeServer& server, std::size_t count, std::string_view target) {
  std::vector<std::unique_ptr<RawClient>> clients;
  for (std::size_t i = 0; i < count; ++i) {
    clients.push_back(std::make_unique<RawClient>(server.port()));
    clients.back()->send(get(target));
    REQUIRE(clients.back()->answer());
  }
  return clients;
}

std::size_t before_the_last(const std::vector<std::uint64_t>& served, std::uint64_t share, std::uint64_t other) {
  const auto last = std::find(served.rbegin(), served.rend(), share);
  return static_cast<std::size_t>(std::count(last, served.rend(), other));
}

}  // namespace

TEST_CASE("sixteen pipelined requests are answered in one write", "[http]") {
  ProbeServer server;
  RawClient client(server.port());
  for (int round = 0; round < 20; ++round) {
    REQUIRE(client.send(many(16, "/person-sized")));
    CHECK(client.answers_at_once() == 16);
  }
}

TEST_CASE("who pipelines many requests gets all answers, in order", "[http]") {
  ProbeServer server;
  RawClient client(server.port());
  std::string requests;
  for (int i = 0; i < 500; ++i) requests += get("/n" + std::to_string(i));
  REQUIRE(client.send(requests));
  for (int i = 0; i < 500; ++i) {
    const auto answer = client.answer();
    REQUIRE(answer);
    CHECK(contains(answer->body, "|/n" + std::to_string(i) + "|"));
  }
}

TEST_CASE("a share with one request is served amid the flood of another", "[http]") {
  constexpr std::size_t kFloods = 40;
  constexpr std::size_t kEach = 64;
  ProbeServer server;
  const auto floods = connect(server, kFloods, "/share/1");
  const auto quiet = connect(server, 1, "/share/2");
  RawClient blocker(server.port());
  blocker.send(get("/blocks"));
  server.handler.blocked.get_future().wait();
  for (const auto& flood : floods) REQUIRE(flood->send(many(kEach, "/share/1")));
  REQUIRE(quiet.front()->send(get("/share/2")));
  server.handler.unblock.set_value();
  REQUIRE(quiet.front()->answer());
  for (const auto& flood : floods)
    for (std::size_t i = 0; i < kEach; ++i) REQUIRE(flood->answer());
  const auto served = server.handler.shares_served();
  CHECK(served.size() == kFloods * (kEach + 1) + 2);
  // Three turns of sixteen, of 2,560 requests that had come before.
  CHECK(before_the_last(served, 2, 1) <= kFloods + 3 * 16);
}

TEST_CASE("a share with few connections gets as many turns as one with many", "[http]") {
  constexpr std::size_t kEach = 160;
  ProbeServer server;
  const auto many_clients = connect(server, 30, "/share/1");
  const auto few_clients = connect(server, 2, "/share/2");
  RawClient blocker(server.port());
  blocker.send(get("/blocks"));
  server.handler.blocked.get_future().wait();
  for (const auto& client : many_clients) REQUIRE(client->send(many(kEach, "/share/1")));
  for (const auto& client : few_clients) REQUIRE(client->send(many(kEach, "/share/2")));
  server.handler.unblock.set_value();
  for (const auto& client : few_clients)
    for (std::size_t i = 0; i < kEach; ++i) REQUIRE(client->answer());
  const std::size_t of_few = 2 * kEach;
  CHECK(before_the_last(server.handler.shares_served(), 2, 1) <= 30 + of_few + 6 * 16);
  for (const auto& client : many_clients)
    for (std::size_t i = 0; i < kEach; ++i) REQUIRE(client->answer());
}

}  // namespace annals::http::test::turns_test
