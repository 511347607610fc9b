#include "app/command_queue.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <thread>

using namespace annals;

namespace {

WaitingCommand command(std::uint64_t platform, const std::string& name) {
  return {Submission{.platform = PlatformId{platform},
                     .command = RevokeApiKey{name},
                     .caller = {},
                     .precondition = {},
                     .idempotency = {},
                     .correlation = {},
                     .done = {}},
          {}};
}

CommandQueue::Pushed push(CommandQueue& queue, std::uint64_t platform, const std::string& name) {
  auto waiting = command(platform, name);
  return queue.push(waiting);
}

std::string names(const std::vector<WaitingCommand>& commands) {
  std::string all;
  for (const auto& each : commands) all += std::get<RevokeApiKey>(each.submission.command).name + " ";
  return all;
}

}  // namespace

TEST_CASE("platforms are served in turn, each in its own order", "[app]") {
  CommandQueue queue(10);
  for (const auto* name : {"a1", "a2", "a3", "a4"}) push(queue, 1, name);
  for (const auto* name : {"b1", "b2"}) push(queue, 2, name);
  push(queue, 3, "c1");
  CHECK(names(queue.take(4)) == "a1 b1 c1 a2 ");
  CHECK(names(queue.take(100)) == "b2 a3 a4 ");
}

TEST_CASE("a platform whose queue is full is refused, the others are not", "[app]") {
  CommandQueue queue(2);
  CHECK(push(queue, 1, "a1") == CommandQueue::Pushed::accepted);
  CHECK(push(queue, 1, "a2") == CommandQueue::Pushed::accepted);
  auto refused = command(1, "a3");
  CHECK(queue.push(refused) == CommandQueue::Pushed::full);
  CHECK(std::get<RevokeApiKey>(refused.submission.command).name == "a3");  // the pusher still has it
  CHECK(push(queue, 2, "b1") == CommandQueue::Pushed::accepted);
  CHECK(names(queue.take(1)) == "a1 ");
  CHECK(push(queue, 1, "a4") == CommandQueue::Pushed::accepted);
}

TEST_CASE("a closed queue gives out what it holds, then nothing", "[app]") {
  CommandQueue queue(2);
  push(queue, 1, "last");
  queue.close();
  CHECK(push(queue, 1, "late") == CommandQueue::Pushed::closed);
  CHECK(names(queue.take(5)) == "last ");
  CHECK(queue.take(5).empty());
}

TEST_CASE("taking waits for the next command", "[app]") {
  CommandQueue queue(2);
  std::jthread later([&queue] {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    push(queue, 7, "awaited");
  });
  CHECK(names(queue.take(5)) == "awaited ");
}
