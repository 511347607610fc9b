#include "http/transport/log.hpp"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <mutex>
#include <string>

#include "core/json.hpp"
#include "core/time.hpp"
#include "http/transport/access_log.hpp"

namespace annals::http {
namespace {

std::string_view view(spdlog::string_view_t text) {
  return {text.data(), text.size()};
}

std::string time_of(const spdlog::details::log_msg& message) {
  return format_timestamp(std::chrono::time_point_cast<std::chrono::microseconds>(message.time));
}

/// Text: `2026-06-04T14:22:11.482913Z info message`.
class TextLines final : public spdlog::formatter {
 public:
  void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& out) override {
    const std::string time = time_of(message);
    const std::string_view level = view(spdlog::level::to_string_view(message.level));
    for (const std::string_view part : {std::string_view(time), level}) {
      out.append(part.data(), part.data() + part.size());
      out.push_back(' ');
    }
    // A message may quote what a client sent: it stays on its own line.
    for (const char c : view(message.payload)) out.push_back(static_cast<unsigned char>(c) < 0x20 ? ' ' : c);
    out.push_back('\n');
  }
  std::unique_ptr<spdlog::formatter> clone() const override { return std::make_unique<TextLines>(); }
};

/// JSON: an access line brings its own members, other messages become the member `message`.
class JsonLines final : public spdlog::formatter {
 public:
  void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& out) override {
    std::string line = R"({"time":")" + time_of(message) + R"(","level":")";
    line += view(spdlog::level::to_string_view(message.level));
    line += "\",";
    if (view(message.logger_name) == kAccessLoggerName) {
      line += view(message.payload);
    } else {
      line += R"("message":)";
      const std::string_view payload = view(message.payload);
      append_json_string(line, is_utf8(payload) ? payload : "(not UTF-8)");
    }
    line += "}\n";
    out.append(line.data(), line.data() + line.size());
  }
  std::unique_ptr<spdlog::formatter> clone() const override { return std::make_unique<JsonLines>(); }
};

/// Gathers lines and writes them in one call when flushed or full.
class StandardError final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  ~StandardError() override { write_out(); }

 protected:
  void sink_it_(const spdlog::details::log_msg& message) override {
    formatter_->format(message, lines_);
    if (lines_.size() > kLinesBytesMax) write_out();
  }
  void flush_() override { write_out(); }

 private:
  static constexpr std::size_t kLinesBytesMax = 64u << 10;

  void write_out() {
    for (std::size_t done = 0; done < lines_.size();) {
      const ssize_t written = ::write(STDERR_FILENO, lines_.data() + done, lines_.size() - done);
      if (written > 0) {
        done += static_cast<std::size_t>(written);
      } else if (errno != EINTR) {
        break;  // nobody reads the log any more: no reason to stop serving
      }
    }
    lines_.clear();
  }

  spdlog::memory_buf_t lines_;
};

}  // namespace

bool configure_logging(std::string_view level, bool json) {
  constexpr std::array<std::string_view, 7> names{"trace", "debug", "info", "warn", "error", "critical", "off"};
  const auto known = std::find(names.begin(), names.end(), level);
  if (known == names.end()) return false;
  const auto from = static_cast<spdlog::level::level_enum>(known - names.begin());

  auto sink = std::make_shared<StandardError>();
  if (json) {
    sink->set_formatter(std::make_unique<JsonLines>());
  } else {
    sink->set_formatter(std::make_unique<TextLines>());
  }
  auto program = std::make_shared<spdlog::logger>("annals", sink);
  program->set_level(from);
  program->flush_on(spdlog::level::trace);
  spdlog::set_default_logger(program);

  auto access = std::make_shared<spdlog::logger>(std::string(kAccessLoggerName), sink);
  access->set_level(from);
  spdlog::drop(std::string(kAccessLoggerName));
  spdlog::register_logger(access);
  set_access_log_json(json);
  return true;
}

}  // namespace annals::http
