#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "app/committer.hpp"
#include "core/json.hpp"
#include "counting_metrics.hpp"
#include "memory_store.hpp"
#include "projections/projections.hpp"

/// A committer over a store in memory, and the words to talk to it in tests.
namespace annals::test {

inline Body body(std::initializer_list<std::pair<std::string, std::string>> json_fields) {
  Body all;
  for (const auto& [name, json] : json_fields) all.fields.emplace_back(name, JsonText{json});
  return all;
}

inline Caller server_caller(PlatformId platform) {
  Caller caller;
  caller.platform = platform;
  caller.superuser = true;
  caller.grants = Grants({std::string(kTenantAdmin)});
  return caller;
}

inline Submission asking(PlatformId platform, Command command) {
  return Submission{.platform = platform,
                    .command = std::move(command),
                    .caller = server_caller(platform),
                    .precondition = {},
                    .idempotency = {},
                    .correlation = CorrelationId(random_uuid()),
                    .done = {}};
}

inline Command create_organization(const std::string& name) {
  return CreateOrganization::from(body({{"name", quote_json(name)}}));
}
inline Command create_person(const std::string& name, const std::string& email) {
  return CreatePerson::from(body({{"name", quote_json(name)}, {"primary_email", quote_json(email)}}));
}
inline Command create_platform(const std::string& key) {
  return CreatePlatform::from(body({{"key", quote_json(key)}, {"name", quote_json("Platform " + key)}}));
}

/// Holds a thread until it is let go.
class Gate {
 public:
  void pass() {
    std::unique_lock lock(mutex_);
    ++arrived_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return open_; });
  }
  void wait_for_arrival() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return arrived_ > 0; });
  }
  void open() {
    const std::scoped_lock lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int arrived_ = 0;
  bool open_ = false;
};

using Answered = std::future<Result<Answer>>;

/// A server's inside without its sockets. Platforms `first` (1) and `second` (2) are open.
class Backend {
 public:
  explicit Backend(CommitterOptions options = quick()) : options_(std::move(options)) {
    options_.sources.clock = [this] {
      ++clock_reads;
      if (auto* gate = clock_gate.exchange(nullptr)) gate->pass();
      return clock.load();
    };
    start();
    REQUIRE(ask(kSystemPlatform, create_platform("first")).has_value());
    REQUIRE(ask(kSystemPlatform, create_platform("second")).has_value());
  }
  ~Backend() { stop(); }

  static CommitterOptions quick() {
    CommitterOptions options;
    options.reopen_pause = std::chrono::milliseconds(2);
    options.reopen_pause_max = std::chrono::milliseconds(8);
    options.share_max = 16;                               // more than tests send together, but for floods
    options.shared_deciding_max = std::chrono::hours(1);  // however slow the machine: groups end where tests say
    return options;
  }

  void start() {
    live = LiveProjections::make(store.views(), store.digester());
    live->load(store.log().platforms(), [](std::uint64_t, std::uint64_t) {});
    committer = std::make_unique<Committer>(store, *live, metrics, options_);
    committer->start();
  }
  void stop() {
    if (committer) committer->stop(std::chrono::seconds(5));
  }
  /// A new process on the same data.
  void restart() {
    stop();
    committer.reset();
    start();
  }

  Answered submit(Submission submission) {
    auto promise = std::make_shared<std::promise<Result<Answer>>>();
    auto answered = promise->get_future();
    submission.done = [promise](Result<Answer> answer) { promise->set_value(std::move(answer)); };
    committer->submit(std::move(submission));
    return answered;
  }
  Answered submit(PlatformId platform, Command command) { return submit(asking(platform, std::move(command))); }
  static Result<Answer> result(Answered& answered) {
    if (answered.wait_for(std::chrono::seconds(20)) != std::future_status::ready) {
      throw std::runtime_error("no answer");
    }
    return answered.get();
  }
  Result<Answer> ask(Submission submission) {
    auto answered = submit(std::move(submission));
    return result(answered);
  }
  Result<Answer> ask(PlatformId platform, Command command) { return ask(asking(platform, std::move(command))); }

  /// Holds the committer in an append of its own until `gate.open()`; what is submitted next is decided meanwhile.
  Answered hold_in_append(Gate& gate) {
    auto held = std::make_shared<bool>(false);
    store.log().before_append = [&gate, held] {
      if (!std::exchange(*held, true)) gate.pass();
    };
    auto holder = submit(PlatformId{1}, create_organization("Holder"));
    gate.wait_for_arrival();
    return holder;
  }

  /// Submits what the thread that appends nothing takes by itself; on return it has been taken.
  Answered submit_and_let_take(Submission submission) {
    const auto reads = clock_reads.load();
    auto answered = submit(std::move(submission));
    wait_for_clock_reads(reads + 1);
    return answered;
  }
  void wait_for_clock_reads(std::size_t count) const {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (clock_reads.load() < count) {
      if (std::chrono::steady_clock::now() > end) throw std::runtime_error("nothing was taken");
      std::this_thread::yield();
    }
  }

  /// Holds one thread in an append of its own and the other with a group that comes behind it, so that what is
  /// submitted next waits together, until `gate.open()`.
  std::array<Answered, 2> hold_turns(Gate& gate) {
    auto appending = hold_in_append(gate);
    return {std::move(appending), submit_and_let_take(asking(PlatformId{1}, create_organization("Next Holder")))};
  }
  static bool both(std::array<Answered, 2>& held) {
    return std::ranges::all_of(held, [](Answered& answered) { return result(answered).has_value(); });
  }

  std::vector<Commit> commits(PlatformId platform) {
    std::vector<Commit> all;
    for (const auto& record : store.log().commits(platform)) all.push_back(decode_commit(record.bytes, store.sealer()));
    return all;
  }
  std::vector<std::string> event_types(PlatformId platform) {
    std::vector<std::string> types;
    for (const auto& commit : commits(platform)) {
      for (const auto& event : commit.events) types.emplace_back(type_of(event.event));
    }
    return types;
  }

  std::atomic<std::size_t> clock_reads{0};
  std::atomic<Gate*> clock_gate{nullptr};  ///< whoever reads the clock next waits there
  std::atomic<Timestamp> clock{from_micros(1'750'000'000'000'000)};
  MemoryStore store;
  CountingMetrics metrics;
  std::unique_ptr<LiveProjections> live;
  std::unique_ptr<Committer> committer;

 private:
  CommitterOptions options_;
};

inline std::optional<ProblemCode> code_of(const Result<Answer>& answer) {
  return answer ? std::nullopt : std::optional(answer.error().code);
}

inline Submission with_key(Submission submission, std::string_view key, std::string_view request) {
  submission.idempotency = Submission::Idempotency{sha256(key), sha256(request)};
  return submission;
}

inline std::string member(const Answer& answer, std::string_view name) {
  for (const auto& [key, value] : json_members(answer.body)) {
    if (key == name) return std::string(value);
  }
  return {};
}

inline PersonId person_of(const Answer& answer) {
  return *PersonId::parse(json_string(member(answer, "id")));
}

}  // namespace annals::test
