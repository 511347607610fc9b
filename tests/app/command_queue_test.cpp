#include "app/command_queue.hpp"

#include <catch2/catch.hpp>
#include <chrono>
#include <iterator>
#include <string>
#include <thread>

namespace annals::command_queue_test {
namespace {

WaitingCommand command(std::uint64_t platform, const std::string& name, std::chrono::milliseconds at = {}) {
  return {Submission{.platform = PlatformId{platform},
                     .command = RevokeApiKey{name},
                     .caller = {},
                     .precondition = {},
                     .idempotency = {},
                     .correlation = {},
                     .done = {}},
          std::chrono::steady_clock::time_point(std::chrono::hours(1) + at)};
}

CommandQueue::Pushed push(CommandQueue& queue, std::uint64_t platform, const std::string& name,
                          std::chrono::milliseconds at = {}) {
  auto waiting = command(platform, name, at);
  return queue.push(waiting);
}

std::string names(const std::vector<WaitingCommand>& commands) {
  std::string all;
  for (const auto& each : commands) all += std::get<RevokeApiKey>(each.submission.command).name + " ";
  return all;
}

}  // namespace

TEST_CASE("platforms are served in turn, each in its own order", "[app]") {
  CommandQueue queue(10, 100);
  for (const auto* name : {"a1", "a2", "a3", "a4"}) push(queue, 1, name);
  for (const auto* name : {"b1", "b2"}) push(queue, 2, name);
  push(queue, 3, "c1");
  CHECK(names(*queue.take(4)) == "a1 b1 c1 a2 ");
  CHECK(names(*queue.take(100)) == "b2 a3 a4 ");
}

TEST_CASE("a platform whose queue is full is refused, the others are not", "[app]") {
  CommandQueue queue(2, 100);
  CHECK(push(queue, 1, "a1") == CommandQueue::Pushed::accepted);
  CHECK(push(queue, 1, "a2") == CommandQueue::Pushed::accepted);
  auto refused = command(1, "a3");
  CHECK(queue.push(refused) == CommandQueue::Pushed::full);
  CHECK(std::get<RevokeApiKey>(refused.submission.command).name == "a3");  // the pusher still has it
  CHECK(push(queue, 2, "b1") == CommandQueue::Pushed::accepted);
  CHECK(names(*queue.take(1)) == "a1 ");
  CHECK(push(queue, 1, "a4") == CommandQueue::Pushed::accepted);
}

TEST_CASE("a closed queue gives out what it holds, then nothing", "[app]") {
  CommandQueue queue(2, 100);
  push(queue, 1, "last");
  queue.close();
  CHECK(push(queue, 1, "late") == CommandQueue::Pushed::closed);
  CHECK(names(*queue.take(5)) == "last ");
  CHECK_FALSE(queue.take(5));
}

TEST_CASE("taking waits for the next command", "[app]") {
  CommandQueue queue(2, 100);
  std::jthread later([&queue] {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    push(queue, 7, "awaited");
  });
  CHECK(names(*queue.take(5)) == "awaited ");
}

TEST_CASE("while several platforms send commands, none fills a taking", "[app]") {
  using namespace std::chrono_literals;
  CommandQueue queue(10, 2);
  for (const auto* name : {"a1", "a2", "a3"}) push(queue, 1, name);
  CHECK_FALSE(queue.shared());
  push(queue, 2, "b1", 1ms);
  CHECK(queue.shared());
  CHECK(names(*queue.take(100)) == "a1 b1 a2 ");
  push(queue, 1, "a4", 2ms);
  push(queue, 1, "a5", 999ms);
  CHECK(names(*queue.take(100)) == "a3 a4 ");
  push(queue, 1, "a6", 1003ms);
  push(queue, 1, "a7", 1004ms);
  CHECK_FALSE(queue.shared());
  CHECK(names(*queue.take(100)) == "a5 a6 a7 ");
}

TEST_CASE("what is put back comes first of its platform, and takes no turn from another", "[app]") {
  CommandQueue queue(10, 100);
  for (const auto* name : {"a1", "a2", "a3"}) push(queue, 1, name);
  auto taken = *queue.take(3);
  push(queue, 1, "a4");
  push(queue, 2, "b1");
  queue.put_back({std::move_iterator(taken.begin() + 1), std::move_iterator(taken.end())});
  CHECK(names(*queue.take(100)) == "a2 b1 a3 a4 ");
}

TEST_CASE("waking lets a taking return with nothing, once", "[app]") {
  CommandQueue queue(2, 100);
  queue.wake();
  const auto nothing = queue.take(5);
  REQUIRE(nothing);
  CHECK(nothing->empty());
  push(queue, 1, "a1");
  queue.wake();
  CHECK(names(*queue.take(5)) == "a1 ");
  queue.close();
  CHECK_FALSE(queue.take(5));
}

}  // namespace annals::command_queue_test
