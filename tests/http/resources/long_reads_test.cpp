#include "http/resources/long_reads.hpp"

#include <catch2/catch.hpp>
#include <chrono>
#include <future>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

namespace annals::http::long_reads_test {
namespace {

const PlatformId kBusy{7};
const PlatformId kQuiet{8};

/// A long read's worker thread that is kept busy until `open`.
struct Gate {
  std::promise<void> entered;
  std::promise<void> open;
};

/// Collects answers in the order in which they are given.
class Answers {
 public:
  std::function<Completion()> later() {
    return [this] {
      return Completion([this](Response response) {
        const std::scoped_lock lock(mutex_);
        all_.push_back(std::to_string(response.status) + " " + response.body);
        if (all_.size() == wanted_) done_.set_value();
      });
    };
  }
  std::vector<std::string> wait_for(std::size_t count) {
    {
      const std::scoped_lock lock(mutex_);
      wanted_ = count;
      if (all_.size() >= count) return all_;
    }
    done_.get_future().wait();
    const std::scoped_lock lock(mutex_);
    return all_;
  }
  std::vector<std::string> all() {
    const std::scoped_lock lock(mutex_);
    return all_;
  }

 private:
  std::mutex mutex_;
  std::vector<std::string> all_;
  std::size_t wanted_ = SIZE_MAX;
  std::promise<void> done_;
};

LongReads::Read saying(std::string text) {
  return [text = std::move(text)] {
    Response response;
    response.body = text;
    return response;
  };
}

LongReads::Read passing(Gate& gate, std::string text) {
  return [&gate, read = saying(std::move(text))]() mutable {
    gate.entered.set_value();
    gate.open.get_future().wait();
    return read();
  };
}

}  // namespace

TEST_CASE("long reads of platforms take turns", "[http]") {
  Answers answers;
  Gate gate;
  LongReads reads(1, 10);
  REQUIRE(reads.submit(kBusy, passing(gate, "first"), answers.later()));
  gate.entered.get_future().wait();
  for (const std::string text : {"a", "b", "c"}) REQUIRE(reads.submit(kBusy, saying(text), answers.later()));
  REQUIRE(reads.submit(kQuiet, saying("quiet"), answers.later()));
  gate.open.set_value();
  CHECK(answers.wait_for(5) == std::vector<std::string>{"200 first", "200 a", "200 quiet", "200 b", "200 c"});
}

TEST_CASE("a platform whose long reads fill its queue is refused, others are not", "[http]") {
  Answers answers;
  Gate gate;
  LongReads reads(1, 2);
  REQUIRE(reads.submit(kBusy, passing(gate, "first"), answers.later()));
  gate.entered.get_future().wait();
  CHECK(reads.submit(kBusy, saying("second"), answers.later()));
  CHECK(reads.submit(kBusy, saying("third"), answers.later()));
  int asked = 0;
  CHECK_FALSE(reads.submit(kBusy, saying("fourth"), [&asked] {
    ++asked;
    return Completion();
  }));
  CHECK(asked == 0);
  CHECK(reads.submit(kQuiet, saying("quiet"), answers.later()));
  gate.open.set_value();
  CHECK(answers.wait_for(4).size() == 4);
}

TEST_CASE("a long read that fails answers 500, and the next one is served", "[http]") {
  Answers answers;
  LongReads reads(1, 5);
  REQUIRE(reads.submit(kBusy, []() -> Response { throw std::runtime_error("broken"); }, answers.later()));
  REQUIRE(reads.submit(kBusy, []() -> Response { throw 42; }, answers.later()));
  REQUIRE(reads.submit(kBusy, saying("fine"), answers.later()));
  const std::string failed = R"(500 {"detail": "Internal server error."})";
  CHECK(answers.wait_for(3) == std::vector<std::string>{failed, failed, "200 fine"});
}

TEST_CASE("pieces of longer reads get every second turn", "[http]") {
  Answers answers;
  Gate gate;
  LongReads reads(1, 10);
  const auto piece = [&](const std::string& text) {
    return [completion = answers.later()(), text](bool stopping) mutable {
      completion(saying((stopping ? "stopping " : "piece ") + text)());
    };
  };
  REQUIRE(reads.submit(kBusy, passing(gate, "first"), answers.later()));
  gate.entered.get_future().wait();
  for (const std::string text : {"a", "b", "c"}) reads.submit_piece(kBusy, piece(text));
  reads.submit_piece(kQuiet, piece("quiet"));
  for (const std::string text : {"d", "e"}) REQUIRE(reads.submit(kBusy, saying(text), answers.later()));
  gate.open.set_value();
  CHECK(answers.wait_for(7) == std::vector<std::string>{"200 first", "200 piece a", "200 d", "200 piece quiet", "200 e",
                                                        "200 piece b", "200 piece c"});
}

TEST_CASE("at the end the long read that runs is answered, those that wait are told so", "[http]") {
  Answers answers;
  Gate gate;
  auto reads = std::make_unique<LongReads>(1, 5);
  REQUIRE(reads->submit(kBusy, passing(gate, "running"), answers.later()));
  gate.entered.get_future().wait();
  REQUIRE(reads->submit(kBusy, saying("waiting"), answers.later()));
  bool piece_stopped = false;
  reads->submit_piece(kBusy, [&](bool stopping) { piece_stopped = stopping; });
  auto ended = std::async(std::launch::async, [&] { reads.reset(); });
  CHECK(ended.wait_for(std::chrono::milliseconds(400)) == std::future_status::timeout);
  gate.open.set_value();
  ended.wait();
  const auto all = answers.all();
  REQUIRE(all.size() == 2);
  CHECK(all[0] == "200 running");
  CHECK(all[1].starts_with("503 "));
  CHECK(piece_stopped);
}

}  // namespace annals::http::long_reads_test
