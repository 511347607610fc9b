#include "app/config.hpp"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>

#include "app/command_line.hpp"

namespace annals::config_test {
namespace {

/// A file that goes away with the test.
class TemporaryFile {
 public:
  explicit TemporaryFile(std::string_view bytes)
      : path_(std::filesystem::temp_directory_path() /
              ("annals-config-" + std::to_string(::getpid()) + "-" + std::to_string(++made_))) {
    std::ofstream(path_, std::ios::binary) << bytes;
  }
  ~TemporaryFile() { std::filesystem::remove(path_); }
  std::string path() const { return path_.string(); }

 private:
  inline static int made_ = 0;
  std::filesystem::path path_;
};

using Variables = std::map<std::string, std::string>;
Environment environment_of(Variables variables) {
  return [variables = std::move(variables)](const std::string& name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional(found->second);
  };
}

std::string error_of(const FlagValues& flags, Variables variables = {}) {
  const auto config = resolve_config(flags, environment_of(std::move(variables)));
  return config ? "" : config.error();
}

std::string help_of_serve() {
  const auto line = parse_command_line({"serve", "--help"});
  REQUIRE_FALSE(line);
  REQUIRE(line.error().exit_code == 0);
  return line.error().text;
}

/// As one line, so that what the help breaks over two can be found.
std::string unbroken(std::string_view text) {
  std::string words;
  for (const char c : text) {
    const bool space = c == ' ' || c == '\n';
    if (!space) words += c;
    if (space && !words.ends_with(' ')) words += ' ';
  }
  return words;
}

}  // namespace

TEST_CASE("the defaults are what the table of options says", "[app]") {
  const auto config = resolve_config({}, environment_of({}));
  REQUIRE(config);
  CHECK(config->data == "data");
  CHECK(config->listen == HostPort{"127.0.0.1", 8080});
  CHECK(config->threads >= 1);
  CHECK(config->durability == Durability::sync);
  CHECK(config->body_bytes_max == 1u << 20);
  CHECK(config->header_bytes_max == 32u << 10);
  CHECK(config->connections_max == 10'000);
  CHECK(config->idle_timeout == std::chrono::seconds(75));
  CHECK(config->request_timeout == std::chrono::seconds(30));
  CHECK(config->write_timeout == std::chrono::seconds(30));
  CHECK(config->feed_heartbeat == std::chrono::seconds(15));
  CHECK(config->page_size == 50);
  CHECK_FALSE(config->webhook_allow_private);
  CHECK(config->cors_origins.empty());
  CHECK(config->rate_limit_per_second == 0);
  CHECK(config->invitation_lifetime == std::chrono::days(30));
  CHECK(config->queue_size == 1024);
  CHECK(config->record_memory_bytes == 256u << 20);
  CHECK(config->log_level == LogLevel::info);
  CHECK_FALSE(config->log_json);
  CHECK_FALSE(config->master_key);
  CHECK(config->smtp_url.empty());
  CHECK(config->smtp_tls == SmtpTls::required);
  CHECK(config->public_url.empty());
}

TEST_CASE("a flag goes before the environment, the environment before the file, the file before the default", "[app]") {
  const TemporaryFile file("page_size = 31\nqueue_size = 32\nmax-header = '33KiB'\nlog_level = 'warn'\n");
  const auto config = resolve_config(
      {{"page-size", {"11"}}, {"config", {file.path()}}},
      environment_of({{"ANNALS_PAGE_SIZE", "21"}, {"ANNALS_QUEUE_SIZE", "22"}, {"ANNALS_LOG_LEVEL", ""}}));
  REQUIRE(config);
  CHECK(config->page_size == 11);
  CHECK(config->queue_size == 22);
  CHECK(config->header_bytes_max == 33u << 10);
  CHECK(config->log_level == LogLevel::warn);  // an empty variable says nothing
  CHECK(config->connections_max == 10'000);
}

TEST_CASE("the configuration file can be named in the environment, and by a flag before that", "[app]") {
  const TemporaryFile named_by_flag("page_size = 41\n");
  const TemporaryFile named_in_environment("page_size = 42\n");
  const Variables variables{{"ANNALS_CONFIG", named_in_environment.path()}};
  CHECK(resolve_config({}, environment_of(variables))->page_size == 42);
  CHECK(resolve_config({{"config", {named_by_flag.path()}}}, environment_of(variables))->page_size == 41);
}

TEST_CASE("options that may be repeated take lists from every source", "[app]") {
  using Origins = std::vector<std::string>;
  const TemporaryFile file("cors_origin = ['https://one.example', 'https://two.example']\n");
  CHECK(resolve_config({{"config", {file.path()}}}, environment_of({}))->cors_origins ==
        Origins{"https://one.example", "https://two.example"});
  CHECK(resolve_config({}, environment_of({{"ANNALS_CORS_ORIGIN", "https://three.example, https://four.example"}}))
            ->cors_origins == Origins{"https://three.example", "https://four.example"});
  const auto line = parse_command_line({"serve", "--cors-origin", "https://five.example", "--cors-origin=*"});
  REQUIRE(line);
  CHECK(resolve_config(line->flags, environment_of({}))->cors_origins == Origins{"https://five.example", "*"});
}

TEST_CASE("a bad value is refused with the option and where it was said", "[app]") {
  CHECK(error_of({{"page-size", {"101"}}}) ==
        "--page-size must be a whole number from 1 to 100; the command line says \"101\".");
  CHECK(error_of({}, {{"ANNALS_THREADS", "many"}}) ==
        "--threads must be a whole number from 1 to 256; the environment variable ANNALS_THREADS says \"many\".");
  const TemporaryFile file("durability = 'never'\n");
  CHECK(error_of({{"config", {file.path()}}}) ==
        "--durability must be sync or os; " + file.path() + " (durability) says \"never\".");
  CHECK(error_of({{"page-size", {"1", "2"}}}) == "--page-size takes one value; the command line has 2.");
  CHECK(error_of({{"tls-cert", {"c.pem"}}}) == "--tls-cert and --tls-key go together: name both or neither.");
}

TEST_CASE("a configuration file that cannot be read, is no TOML or says something unknown is refused", "[app]") {
  CHECK_THAT(error_of({{"config", {"/nowhere/annals.toml"}}}), Catch::Contains("/nowhere/annals.toml cannot be read"));
  const TemporaryFile broken("page_size = \n");
  CHECK_THAT(error_of({{"config", {broken.path()}}}), Catch::Contains("cannot be read") && Catch::Contains("line 1"));
  const TemporaryFile unknown("\npagesize = 3\n");
  CHECK_THAT(error_of({{"config", {unknown.path()}}}), Catch::Contains("unknown key \"pagesize\" (line 2)"));
  const TemporaryFile table("[page_size]\nx = 1\n");
  CHECK_THAT(error_of({{"config", {table.path()}}}), Catch::Contains("--page-size must be a text or a number"));
  const TemporaryFile list("page_size = [1]\n");
  CHECK_THAT(error_of({{"config", {list.path()}}}), Catch::Contains("--page-size must be a text or a number"));
  const TemporaryFile twice("page_size = 1\npage-size = 2\n");
  CHECK_THAT(error_of({{"config", {twice.path()}}}), Catch::Contains("says page_size twice"));
  const TemporaryFile nested("config = 'other.toml'\n");
  CHECK_THAT(error_of({{"config", {nested.path()}}}), Catch::Contains("unknown key \"config\""));
}

TEST_CASE("the master key comes from a file or the environment, not from both", "[app]") {
  const std::string raw("0123456789abcdef0123456789ABCDE\n", 32);
  const std::string hex = "404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f";
  Key raw_key;
  std::copy(raw.begin(), raw.end(), raw_key.begin());
  Key hex_key;
  for (std::size_t i = 0; i < hex_key.size(); ++i) hex_key[i] = static_cast<std::uint8_t>(0x40 + i);
  const TemporaryFile raw_file(raw);
  const TemporaryFile hex_file(hex + "\n");
  const TemporaryFile short_file("too short");
  CHECK(resolve_config({{"master-key-file", {raw_file.path()}}}, environment_of({}))->master_key == raw_key);
  CHECK(resolve_config({{"master-key-file", {hex_file.path()}}}, environment_of({}))->master_key == hex_key);
  CHECK(resolve_config({}, environment_of({{"ANNALS_MASTER_KEY", hex}}))->master_key == hex_key);
  CHECK_THAT(error_of({{"master-key-file", {short_file.path()}}}), Catch::Contains("--master-key-file"));
  CHECK_THAT(error_of({{"master-key-file", {"/nowhere/key"}}}), Catch::Contains("/nowhere/key cannot be read"));
  CHECK_THAT(error_of({{"master-key-file", {hex_file.path()}}}, {{"ANNALS_MASTER_KEY", hex}}),
             Catch::Contains("given twice"));
  const auto wrong = error_of({}, {{"ANNALS_MASTER_KEY", "hunter2hunter2"}});
  CHECK_THAT(wrong, Catch::Contains("ANNALS_MASTER_KEY") && !Catch::Contains("hunter2"));
}

TEST_CASE("the SMTP password comes from a file or the environment, and is never in a sentence", "[app][mail]") {
  const TemporaryFile file("hunter-file\r\nsecond line\n");
  const TemporaryFile empty("\n");
  const FlagValues as_crm{{"smtp-user", {"crm"}}};
  auto with_file = as_crm;
  with_file["smtp-password-file"] = {file.path()};
  CHECK(resolve_config(with_file, environment_of({}))->smtp_password == "hunter-file");
  CHECK(resolve_config(as_crm, environment_of({{"ANNALS_SMTP_PASSWORD", "hunter-env"}}))->smtp_password ==
        "hunter-env");
  const auto twice = error_of(with_file, {{"ANNALS_SMTP_PASSWORD", "hunter-env"}});
  CHECK_THAT(twice, Catch::Contains("given twice") && !Catch::Contains("hunter-"));
  CHECK_THAT(error_of(as_crm), Catch::Contains("--smtp-user") && Catch::Contains("go together"));
  CHECK_THAT(error_of({{"smtp-password-file", {file.path()}}}), Catch::Contains("go together"));
  CHECK_THAT(error_of({{"smtp-password-file", {empty.path()}}}), Catch::Contains("is no password"));
  CHECK_THAT(error_of({{"smtp-password-file", {"/nowhere/password"}}}),
             Catch::Contains("/nowhere/password cannot be read"));
}

TEST_CASE("mail needs a server and a sender that can be meant", "[app][mail]") {
  const FlagValues good{{"smtp-url", {"smtp://mail.example.org:587"}}, {"smtp-from", {"CRM <crm@example.org>"}}};
  const auto config = resolve_config(good, environment_of({{"ANNALS_SMTP_TLS", "optional"}}));
  REQUIRE(config);
  CHECK(config->smtp_url == "smtp://mail.example.org:587");
  CHECK(config->smtp_from == "CRM <crm@example.org>");
  CHECK(config->smtp_tls == SmtpTls::optional);
  CHECK_THAT(error_of({{"smtp-url", {"smtp://mail.example.org"}}}), Catch::Contains("--smtp-from"));
  for (const auto* url : {"mail.example.org", "http://mail.example.org", "smtp://", "smtp://crm@mail.example.org",
                          "smtp://mail.example.org/path", "smtp://mail.example.org?x=1", "smtp://a\nb"}) {
    CHECK_THAT(error_of({{"smtp-url", {url}}}), Catch::Contains("--smtp-url must be smtp://HOST:PORT"));
  }
  CHECK_THAT(error_of({{"smtp-from", {"crm@example.org\r\nBcc: eve@example.org"}}}),
             Catch::Contains("--smtp-from must be"));
}

TEST_CASE("a public URL is HTTP, and loses the slash at its end", "[app][mail]") {
  const auto public_url = [](const std::string& url) {
    return resolve_config({{"public-url", {url}}}, environment_of({}))->public_url;
  };
  CHECK(public_url("https://crm.example.org") == "https://crm.example.org");
  CHECK(public_url("http://[::1]:8080/team/") == "http://[::1]:8080/team");
  for (const auto* url : {"crm.example.org", "ftp://crm.example.org", "https://", "https://crm.example.org/?a=b",
                          "https://crm.example.org/#a", "https://u:p@crm.example.org"}) {
    CHECK_THAT(error_of({{"public-url", {url}}}), Catch::Contains("--public-url must be a URL"));
  }
}

TEST_CASE("every option has its flag, its variable, its key and its line in the help", "[app]") {
  const auto help = unbroken(help_of_serve());
  std::set<std::string> names;
  for (const auto& row : option_rows()) {
    INFO(row.name);
    CHECK(names.insert(std::string(row.name)).second);
    CHECK_THAT(help, Catch::Contains(row.flag() + " "));
    CHECK_THAT(help, Catch::Contains("[" + row.environment() + "]"));
    CHECK_THAT(help, Catch::Contains(unbroken(row.help)));
    if (!row.fallback.empty()) CHECK_THAT(help, Catch::Contains("(default " + std::string(row.fallback) + ")"));
    CHECK(row.environment().starts_with("ANNALS_"));
    CHECK(row.file_key().find('-') == std::string::npos);
  }
}

TEST_CASE("every option is taken from each of its sources", "[app]") {
  // A value that no option takes as its default; that it is refused or kept shows that it was looked at.
  const std::string odd = "odd value";
  for (const auto& row : option_rows()) {
    INFO(row.name);
    if (row.name == "config") continue;
    Config direct;
    const bool fits = row.set(direct, odd).has_value();
    const auto expect = [&](const std::string& error) {
      if (!fits) CHECK_THAT(error, Catch::Contains(row.flag()) && Catch::Contains(odd));
    };
    expect(error_of({{std::string(row.name), {odd}}}));
    expect(error_of({}, {{row.environment(), odd}}));
    const TemporaryFile file(row.file_key() + " = '" + odd + "'\n");
    expect(error_of({{"config", {file.path()}}}));
  }
}

TEST_CASE("a switch means yes by itself, and can be said to be off", "[app]") {
  const auto allowed = [](const std::vector<std::string>& arguments, Variables variables = {}) {
    const auto line = parse_command_line(arguments);
    REQUIRE(line);
    const auto config = resolve_config(line->flags, environment_of(std::move(variables)));
    REQUIRE(config);
    return config->webhook_allow_private;
  };
  CHECK(allowed({"serve", "--webhook-allow-private"}));
  CHECK(allowed({"serve", "--webhook-allow-private", "--page-size", "7"}));
  CHECK(allowed({"serve", "--webhook-allow-private", "true"}));
  CHECK_FALSE(allowed({"serve", "--webhook-allow-private", "false"}));
  CHECK(allowed({"serve"}, {{"ANNALS_WEBHOOK_ALLOW_PRIVATE", "true"}}));
  CHECK_FALSE(allowed({"serve", "--webhook-allow-private=false"}, {{"ANNALS_WEBHOOK_ALLOW_PRIVATE", "true"}}));
  const TemporaryFile file("webhook_allow_private = true\n");
  CHECK(allowed({"serve", "--config", file.path()}));
  CHECK(error_of({{"webhook-allow-private", {"maybe"}}}) ==
        "--webhook-allow-private must be true or false; the command line says \"maybe\".");
}

}  // namespace annals::config_test
