#pragma once

#include <chrono>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <thread>
#include <vector>

#include "app/reactors/crew.hpp"
#include "app/reactors/reactor_work.hpp"
#include "http/metrics.hpp"
#include "storage/store.hpp"

namespace annals {

/// All reactors at work: one thread reads the logs for them, and each has a crew. Does not own its arguments.
class Reactors {
 public:
  Reactors(Store& store, std::span<Reactor* const> reactors, http::Metrics& metrics, const WorkSources& sources);
  ~Reactors();  ///< stops without grace

  /// Before the logs grow. False: the store refuses.
  bool begin();
  void start();
  /// The platform's log has grown and can be read; nullopt: nobody says by what. Any thread, quick.
  void moved(PlatformId platform, const std::optional<LogGrowth>& growth = std::nullopt);
  /// Nothing is begun any more.
  void wind_down();
  /// Interrupts what has not ended after `grace`, and notes how far everything is.
  void stop(std::chrono::milliseconds grace);

  ReactorWork& work_of(ReactorId reactor);
  /// Somebody has asked for something of this reactor's.
  void wake(ReactorId reactor);

 private:
  struct Member {
    Member(Store& store, Reactor& reactor, http::Metrics& metrics, const WorkSources& sources)
        : work(store, reactor, sources), crew(work, metrics) {}
    ReactorWork work;
    Crew crew;
  };

  Member& member(ReactorId reactor);
  void run(const std::stop_token& stopping);
  /// With what is known of each log's end.
  using Moved = std::map<PlatformId, std::optional<LogGrowth>>;
  Moved wait_for_moved(const std::stop_token& stopping, std::chrono::milliseconds most);
  static void note(Moved& moved, PlatformId platform, const std::optional<LogGrowth>& growth);
  /// Platforms whose logs were not followed to the end.
  struct Left {
    Moved more;     ///< there is more to look at
    Moved refused;  ///< the store refuses for now
  };
  /// Some commits of each.
  Left follow(const Moved& moved, const std::stop_token& stopping);
  ReactorWork::Followed follow(Member& member, LogReading& log);
  void note_checkpoints();
  void look_around();
  void measure(const Left& left);

  Store& store_;
  http::Metrics& metrics_;
  std::vector<std::unique_ptr<Member>> members_;
  std::mutex mutex_;
  std::condition_variable_any something_moved_;
  Moved moved_;
  std::jthread follower_;
};

}  // namespace annals
