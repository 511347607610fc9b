#include "http/transport/access_log.hpp"

#include <spdlog/spdlog.h>

#include <array>
#include <atomic>
#include <charconv>
#include <utility>

#include "core/append_number.hpp"
#include "core/json.hpp"
#include "http/transport/characters.hpp"

namespace annals::http {
namespace {

constexpr std::chrono::milliseconds kWriteInterval{50};
constexpr std::size_t kLaneBytesMax = 8u << 20;
constexpr std::size_t kTextBytesMax = 200;  // of one field of a line

constexpr ByteSet kPlainChars = kTokenChars.with('/', '/').with('{', '}').with(':', ':');

std::atomic<bool> access_log_json{false};

void append_milliseconds(std::string& out, double milliseconds) {
  std::array<char, 48> digits;
  const auto end =
      std::to_chars(digits.data(), digits.data() + digits.size(), milliseconds, std::chars_format::fixed, 3);
  out.append(digits.data(), end.ptr);
}

/// What a stranger may have chosen is quoted when it could be taken for something else.
void append_text(std::string& out, std::string_view text) {
  text = text.substr(0, kTextBytesMax);
  if (!text.empty() && kPlainChars.has_all(text)) {
    out += text;
  } else if (is_utf8(text)) {
    append_json_string(out, text);
  } else {
    out += "\"?\"";
  }
}

void append_member(std::string& out, std::string_view name, std::string_view text) {
  text = text.substr(0, kTextBytesMax);
  out += ",\"";
  out += name;
  out += "\":";
  append_json_string(out, is_utf8(text) ? text : "?");
}

std::string_view place_of(const AccessEntry& entry) {
  const bool known = !entry.route.empty() && entry.route != "other";
  return known ? entry.route : entry.path;
}

void append_line(std::string& out, const AccessEntry& entry) {
  append_text(out, entry.method);
  out += ' ';
  append_text(out, place_of(entry));
  out += ' ';
  append_number(out, entry.status);
  out += ' ';
  append_milliseconds(out, entry.milliseconds);
  out += "ms ";
  append_number(out, entry.bytes);
  out += "B id=";
  append_text(out, entry.request_id);
  out += " user=";
  append_text(out, entry.user.empty() ? "-" : entry.user);
  out += " remote=";
  append_text(out, entry.remote);
}

void append_json_line(std::string& out, const AccessEntry& entry) {
  out += R"("event":"request")";
  append_member(out, "method", entry.method);
  append_member(out, "route", place_of(entry));
  out += R"(,"status":)";
  append_number(out, entry.status);
  out += R"(,"duration_ms":)";
  append_milliseconds(out, entry.milliseconds);
  out += R"(,"bytes":)";
  append_number(out, entry.bytes);
  append_member(out, "request_id", entry.request_id);
  if (!entry.user.empty()) append_member(out, "user", entry.user);
  append_member(out, "remote", entry.remote);
}

/// The access logger of configure_logging, or, where nobody called it, one beside spdlog's default.
std::shared_ptr<spdlog::logger> access_logger() {
  auto logger = spdlog::get(std::string(kAccessLoggerName));
  return logger ? logger : spdlog::default_logger()->clone(std::string(kAccessLoggerName));
}

}  // namespace

void set_access_log_json(bool json) {
  access_log_json = json;
}

void AccessLog::Lane::append(const AccessEntry& entry) {
  const auto now = std::chrono::system_clock::now();
  const std::lock_guard lock(mutex_);
  if (waiting_.text.size() > kLaneBytesMax) {
    ++waiting_.dropped;
    return;
  }
  json_ ? append_json_line(waiting_.text, entry) : append_line(waiting_.text, entry);
  waiting_.lines.push_back({now, waiting_.text.size()});
}

AccessLog::AccessLog(bool wanted, std::size_t lanes) : logger_(access_logger()) {
  if (!wanted || !logger_->should_log(spdlog::level::info)) return;
  for (std::size_t i = 0; i < lanes; ++i) lanes_.push_back(std::unique_ptr<Lane>(new Lane(access_log_json)));
  writer_ = std::thread([this] { write_until_closed(); });
}

AccessLog::~AccessLog() {
  if (!writer_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
  }
  closing_.notify_one();
  writer_.join();
}

void AccessLog::write_until_closed() {
  for (bool closed = false; !closed;) {
    {
      std::unique_lock lock(mutex_);
      closed = closing_.wait_for(lock, kWriteInterval, [this] { return closed_; });
    }
    for (const auto& lane : lanes_) write(*lane);
  }
}

void AccessLog::write(Lane& lane) {
  Lane::Lines taken;
  {
    const std::lock_guard lock(lane.mutex_);
    std::swap(taken, lane.waiting_);
  }
  if (taken.lines.empty()) return;
  std::size_t begin = 0;
  for (const Lane::Line& line : taken.lines) {
    logger_->log(line.at, spdlog::source_loc{}, spdlog::level::info,
                 spdlog::string_view_t(taken.text.data() + begin, line.end - begin));
    begin = line.end;
  }
  if (taken.dropped != 0) spdlog::warn("The access log fell behind and dropped {} lines.", taken.dropped);
  logger_->flush();
}

}  // namespace annals::http
