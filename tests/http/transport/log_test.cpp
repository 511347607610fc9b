#include "http/transport/log.hpp"

#include <fcntl.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "core/json.hpp"
#include "probe_server.hpp"

namespace annals::log_test {
using namespace annals::http;
using namespace annals::http::test;

namespace {

/// What the program writes to standard error while this lives, with the log set up as asked.
class CapturedLog {
 public:
  CapturedLog(std::string_view level, bool json)
      : file_(std::filesystem::temp_directory_path() / ("annals-log-" + std::to_string(::getpid()))),
        kept_(::dup(STDERR_FILENO)),
        program_(spdlog::default_logger()) {
    const int file = ::open(file_.c_str(), O_CREAT | O_TRUNC | O_WRONLY, 0600);
    ::dup2(file, STDERR_FILENO);
    ::close(file);
    REQUIRE(configure_logging(level, json));
  }
  ~CapturedLog() {
    spdlog::drop("access");
    spdlog::set_default_logger(program_);
    ::dup2(kept_, STDERR_FILENO);
    ::close(kept_);
    std::filesystem::remove(file_);
  }
  CapturedLog(const CapturedLog&) = delete;
  CapturedLog& operator=(const CapturedLog&) = delete;

  std::vector<std::string> lines() const {
    std::ifstream file(file_);
    std::vector<std::string> all;
    for (std::string line; std::getline(file, line);) all.push_back(line);
    return all;
  }

 private:
  std::filesystem::path file_;
  int kept_;
  std::shared_ptr<spdlog::logger> program_;
};

const std::function<void(ServerOptions&)> kLogging = [](ServerOptions& options) { options.log_requests = true; };

void talk() {
  ProbeServer server(kLogging);
  server.ask(post("/echo?token=hidden-query", "hidden-body",
                  "Authorization: Api-Token hidden-key\r\nX-Request-Id: seen-1\r\n"));
  server.ask("GET /204?token=hidden-query HTTP/1.1\r\nHost: annals.test\r\nX-Request-Id: seen-2\r\n\r\n");
  server.ask("broken\r\n\r\n");
  server.server->stop(std::chrono::milliseconds(1000));
  server.server.reset();
}

}  // namespace

TEST_CASE("each request leaves one line of text, without keys, query values and bodies", "[http][log]") {
  const CapturedLog log("info", false);
  talk();
  const auto lines = log.lines();
  REQUIRE(lines.size() == 3);
  CHECK(contains(lines[0], "Z info POST /probe/{how}/ 200 "));
  CHECK(contains(lines[0], "ms "));
  CHECK(contains(lines[0], "B id=seen-1 user=\"probe user\" remote=127.0.0.1"));
  CHECK(contains(lines[1], "GET /probe/{how}/ 204 "));
  CHECK(contains(lines[1], " 0B id=seen-2 "));
  CHECK(contains(lines[2], "- malformed 400 "));
  for (const std::string& line : lines) CHECK_FALSE(contains(line, "hidden"));
}

TEST_CASE("the JSON log is one object a line", "[http][log]") {
  const CapturedLog log("info", true);
  talk();
  spdlog::warn("a \"quoted\" warning\nin two lines");
  const auto lines = log.lines();
  REQUIRE(lines.size() == 4);
  for (const std::string& line : lines) {
    INFO(line);
    CHECK(annals::parse_json(line));
    CHECK_FALSE(contains(line, "hidden"));
  }
  CHECK(contains(lines[0], R"("event":"request","method":"POST","route":"/probe/{how}/","status":200,"duration_ms":)"));
  CHECK(contains(lines[0], R"("request_id":"seen-1","user":"probe user","remote":"127.0.0.1")"));
  CHECK(contains(lines[3], R"("level":"warning","message":"a \"quoted\" warning\nin two lines")"));
}

TEST_CASE("from level warn on requests leave no line, and an unknown level changes nothing", "[http][log]") {
  const CapturedLog log("warn", false);
  talk();
  CHECK(log.lines().empty());
  CHECK_FALSE(configure_logging("loud", false));
  spdlog::info("unseen");
  spdlog::error("one\nline");
  REQUIRE(log.lines().size() == 1);
  CHECK(contains(log.lines()[0], "error one line"));
}

TEST_CASE("a route that nobody knows is logged by its path without the query", "[http][log]") {
  const CapturedLog log("info", false);
  {
    ProbeServer server([](ServerOptions& options) {
      options.log_requests = true;
      options.cors_origins = {"*"};
    });
    server.ask(get("/throws?secret=1"));
  }
  bool found = false;
  for (const std::string& line : log.lines()) found |= contains(line, "GET /throws 500 ");
  CHECK(found);
  for (const std::string& line : log.lines()) CHECK_FALSE(contains(line, "secret=1"));
}

TEST_CASE("a streamed answer leaves its line at its end, with all its bytes", "[http][log]") {
  const CapturedLog log("info", false);
  ProbeServer server(kLogging);
  {
    RawClient whole(server.port());
    whole.send(get("/streamed", "X-Request-Id: whole\r\n"));
    REQUIRE(whole.answer());
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    CHECK(log.lines().empty());
    server.handler.stream().give("1234567");
    server.handler.stream().give("890", StreamedBody::Piece::Then::end);
    whole.read_to("0\r\n\r\n");
    RawClient left(server.port());
    left.send(get("/streamed-live", "X-Request-Id: left\r\n"));
    REQUIRE(left.answer());
    server.handler.stream().give("12345");
    left.read_to("12345\r\n");
  }
  CHECK(eventually([&] { return log.lines().size() == 2; }));
  const auto lines = log.lines();
  REQUIRE(lines.size() == 2);
  CHECK(contains(lines[0], " 10B id=whole "));
  CHECK(contains(lines[1], " 5B id=left "));
}

}  // namespace annals::log_test
