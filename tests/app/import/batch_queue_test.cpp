#include "app/import/batch_queue.hpp"

#include <atomic>
#include <catch2/catch.hpp>
#include <stdexcept>
#include <thread>

namespace annals::test::batch_queue_test {
namespace {

ImportBatch batch(std::uint64_t number) {
  ImportBatch made;
  made.bytes_consumed = number;
  return made;
}

}  // namespace

TEST_CASE("batches come out in the order they went in, up to the end", "[app]") {
  BatchQueue queue;
  std::jthread reading([&queue] {
    for (std::uint64_t n = 1; n <= 50; ++n) queue.push(batch(n));
    queue.end(nullptr);
  });
  for (std::uint64_t n = 1; n <= 50; ++n) CHECK(queue.pop()->bytes_consumed == n);
  CHECK_FALSE(queue.pop().has_value());
}

TEST_CASE("what reading ended with is thrown behind what was read", "[app]") {
  BatchQueue queue;
  queue.push(batch(1));
  queue.end(std::make_exception_ptr(std::runtime_error("no reading on")));
  CHECK(queue.pop()->bytes_consumed == 1);
  CHECK_THROWS_WITH(queue.pop(), "no reading on");
}

TEST_CASE("whoever waits for room is let go when nobody takes any more", "[app]") {
  BatchQueue queue;
  std::atomic<bool> let_go = false;
  std::jthread reading([&] {
    while (queue.push(batch(1))) {
    }
    let_go = true;
  });
  CHECK(queue.pop().has_value());
  queue.close();
  reading.join();
  CHECK(let_go);
}

}  // namespace annals::test::batch_queue_test
