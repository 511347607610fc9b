#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace spdlog {
class logger;
}

namespace annals::http {

inline constexpr std::string_view kAccessLoggerName = "access";

/// Whether access lines are members of a JSON object or text. For configure_logging.
void set_access_log_json(bool json);

struct AccessEntry {
  std::string_view method;
  std::string_view route;  ///< a template; `path` is written only when it names none
  std::string_view path;   ///< without the query
  unsigned status;
  double milliseconds;
  std::size_t bytes;
  std::string_view request_id;
  std::string_view user;
  std::string_view remote;
};

/// One line per request, written by a thread of its own: an I/O thread only appends text to its lane. A lane that
/// nobody empties fast enough drops lines and says how many.
class AccessLog {
 public:
  class Lane {
   public:
    void append(const AccessEntry& entry);

   private:
    friend class AccessLog;
    struct Line {
      std::chrono::system_clock::time_point at;
      std::size_t end;  ///< in text
    };
    struct Lines {
      std::string text;
      std::vector<Line> lines;
      std::size_t dropped = 0;
    };
    explicit Lane(bool json) : json_(json) {}
    std::mutex mutex_;
    Lines waiting_;
    bool json_;
  };

  /// `lanes`: one per I/O thread. Writes nothing, and costs nothing, when the log's level is above info.
  AccessLog(bool wanted, std::size_t lanes);
  ~AccessLog();  ///< writes what waits
  AccessLog(const AccessLog&) = delete;
  AccessLog& operator=(const AccessLog&) = delete;

  Lane* lane(std::size_t index) { return lanes_.empty() ? nullptr : lanes_[index].get(); }  ///< nullptr: switched off

 private:
  void write_until_closed();
  void write(Lane& lane);

  std::shared_ptr<spdlog::logger> logger_;
  std::vector<std::unique_ptr<Lane>> lanes_;
  std::mutex mutex_;
  std::condition_variable closing_;
  bool closed_ = false;
  std::thread writer_;
};

}  // namespace annals::http
