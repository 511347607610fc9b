#include <thread>

#include "app/config.hpp"
#include "app/mail/mailbox.hpp"

namespace annals {
namespace {

/// Puts what `parsed` holds into `member`, or hands its error on.
template <class T, class Member>
Parsed<void> keep(Parsed<T> parsed, Member& member) {
  if (!parsed) return std::unexpected(std::move(parsed).error());
  member = static_cast<Member>(*std::move(parsed));
  return {};
}

template <std::string Config::* member>
Parsed<void> set_text(Config& config, std::string_view value) {
  config.*member = std::string(value);
  return {};
}

template <std::vector<std::string> Config::* member>
Parsed<void> add_text(Config& config, std::string_view value) {
  (config.*member).emplace_back(value);
  return {};
}

template <std::chrono::seconds Config::* member>
Parsed<void> set_duration(Config& config, std::string_view value) {
  return keep(parse_duration(value), config.*member);
}

template <std::uint64_t Config::* member, std::uint64_t least, std::uint64_t most>
Parsed<void> set_count(Config& config, std::string_view value) {
  return keep(parse_count(value, least, most), config.*member);
}

template <std::uint64_t Config::* member, std::uint64_t least, std::uint64_t most>
Parsed<void> set_bytes(Config& config, std::string_view value) {
  return keep(parse_bytes(value, least, most), config.*member);
}

template <double Config::* member>
Parsed<void> set_rate(Config& config, std::string_view value) {
  return keep(parse_rate(value), config.*member);
}

/// The bare flag means yes.
template <bool Config::* member>
Parsed<void> set_switch(Config& config, std::string_view value) {
  if (!value.empty() && value != "true" && value != "false") return std::unexpected("must be true or false");
  config.*member = value != "false";
  return {};
}

Parsed<void> set_data(Config& config, std::string_view value) {
  if (value.empty()) return std::unexpected("must name a directory");
  config.data = std::filesystem::path(value);
  return {};
}

Parsed<void> add_quarantine(Config& config, std::string_view value) {
  return keep(parse_quarantine_wish(value), config.quarantine.emplace_back());
}

Parsed<void> set_listen(Config& config, std::string_view value) {
  return keep(parse_host_port(value), config.listen);
}

Parsed<void> set_threads(Config& config, std::string_view value) {
  if (value == "auto") {
    config.threads = std::max(1u, std::thread::hardware_concurrency());
    return {};
  }
  return keep(parse_count(value, 1, 256), config.threads);
}

Parsed<void> set_public_url(Config& config, std::string_view value) {
  return keep(parse_public_url(value), config.public_url);
}

Parsed<void> set_smtp_url(Config& config, std::string_view value) {
  return keep(parse_smtp_url(value), config.smtp_url);
}

Parsed<void> set_smtp_from(Config& config, std::string_view value) {
  if (!parse_mailbox(value)) {
    return std::unexpected("must be an email address, as in crm@example.org or Example CRM <crm@example.org>");
  }
  config.smtp_from = std::string(value);
  return {};
}

Parsed<void> set_smtp_tls(Config& config, std::string_view value) {
  for (const auto tls : {SmtpTls::required, SmtpTls::optional, SmtpTls::off}) {
    if (value != name_of(tls)) continue;
    config.smtp_tls = tls;
    return {};
  }
  return std::unexpected("must be required, optional or off");
}

Parsed<void> set_durability(Config& config, std::string_view value) {
  if (value != "sync" && value != "os") return std::unexpected("must be sync or os");
  config.durability = value == "sync" ? Durability::sync : Durability::os;
  return {};
}

Parsed<void> set_log_level(Config& config, std::string_view value) {
  for (const auto level :
       {LogLevel::trace, LogLevel::debug, LogLevel::info, LogLevel::warn, LogLevel::error, LogLevel::off}) {
    if (value != name_of(level)) continue;
    config.log_level = level;
    return {};
  }
  return std::unexpected("must be trace, debug, info, warn, error or off");
}

Parsed<void> set_log_format(Config& config, std::string_view value) {
  if (value != "text" && value != "json") return std::unexpected("must be text or json");
  config.log_json = value == "json";
  return {};
}

constexpr auto kEvery = OptionScope::every_command;
constexpr auto kServe = OptionScope::serve;
constexpr auto kServeAndRebuild = OptionScope::serve_and_rebuild;
constexpr std::uint64_t kKiB = 1u << 10;
constexpr std::uint64_t kMiB = 1u << 20;
constexpr std::uint64_t kGiB = 1u << 30;

constexpr OptionRow kRows[] = {
    {"data", "DIR", "data", "The data directory", kEvery, false, set_data},
    {"config", "FILE", "", "A TOML file with any of these options", kEvery, false, set_text<&Config::config_file>},
    {"master-key-file", "FILE", "",
     "The master key: 32 bytes raw, as 64 hexadecimal digits or as base64; else ANNALS_MASTER_KEY, else the one that "
     "the data directory was given at its first start",
     kEvery, false, set_text<&Config::master_key_file>},
    {"block-cache", "BYTES", "64MiB", "Memory for blocks read from disk", kEvery, false,
     set_bytes<&Config::block_cache_bytes, kMiB, 1024 * kGiB>},
    {"record-memory", "BYTES", "256MiB",
     "Memory for the newest records of all platforms; the others are read from the store; 0 keeps none", kServe, false,
     set_bytes<&Config::record_memory_bytes, 0, 1024 * kGiB>},
    {"log-level", "LEVEL", "info", "trace, debug, info (a line per request), warn, error or off", kServe, false,
     set_log_level},
    {"log-format", "FORMAT", "text", "text or json", kServe, false, set_log_format},
    {"listen", "HOST:PORT", "127.0.0.1:8080", "Where to serve; port 0 takes any free one", kServe, false, set_listen},
    {"threads", "N", "auto", "Threads that serve connections; auto is one per core", kServe, false, set_threads},
    {"durability", "MODE", "sync",
     "sync: a write is answered once it is on the disk; os: once the operating system has it", kServe, false,
     set_durability},
    {"max-body", "BYTES", "1MiB", "Largest request body", kServe, false,
     set_bytes<&Config::body_bytes_max, 1, 8 * kMiB>},
    {"max-header", "BYTES", "32KiB", "Largest request line and headers", kServe, false,
     set_bytes<&Config::header_bytes_max, kKiB, kMiB>},
    {"max-connections", "N", "10000", "Open connections at most", kServe, false,
     set_count<&Config::connections_max, 1, 1'000'000>},
    {"idle-timeout", "TIME", "75s", "Between two requests of one connection", kServe, false,
     set_duration<&Config::idle_timeout>},
    {"request-timeout", "TIME", "30s", "From a request's first byte to its last", kServe, false,
     set_duration<&Config::request_timeout>},
    {"write-timeout", "TIME", "30s", "Until a client has taken an answer, or a piece of a streamed one", kServe, false,
     set_duration<&Config::write_timeout>},
    {"feed-heartbeat", "TIME", "15s", "How often a stream of events says that it is there when it has no event", kServe,
     false, set_duration<&Config::feed_heartbeat>},
    {"page-size", "N", "50", "Records on a page when the request does not say (100 at most)", kServe, false,
     set_count<&Config::page_size, 1, 100>},
    {"cors-origin", "ORIGIN", "", "An origin whose pages may call, or *; may be repeated", kServe, true,
     add_text<&Config::cors_origins>},
    {"trusted-proxy", "ADDRESS", "", "An address or CIDR block whose X-Forwarded-* headers count; may be repeated",
     kServe, true, add_text<&Config::trusted_proxies>},
    {"rate-limit", "RATE", "0", "Requests per second and API token; 0 is no limit", kServe, false,
     set_rate<&Config::rate_limit_per_second>},
    {"rate-burst", "N", "0", "How many of them at once; 0 is as many as in one second", kServe, false,
     set_rate<&Config::rate_limit_burst>},
    {"tls-cert", "FILE", "", "Certificate chain (PEM): serves HTTPS, with --tls-key", kServe, false,
     set_text<&Config::tls_certificate_file>},
    {"tls-key", "FILE", "", "Private key (PEM) of the certificate", kServe, false, set_text<&Config::tls_key_file>},
    {"invitation-lifetime", "TIME", "30d", "How long an invitation can be accepted", kServe, false,
     set_duration<&Config::invitation_lifetime>},
    {"public-url", "URL", "",
     "Under which people reach this server, for the links in mails; where it listens, unless said", kServe, false,
     set_public_url},
    {"smtp-url", "URL", "", "Where mail is handed over, smtp://HOST:PORT or smtps://HOST:PORT; without it none is sent",
     kServe, false, set_smtp_url},
    {"smtp-from", "ADDRESS", "", "Whom mails come from, as in Example CRM <crm@example.org>", kServe, false,
     set_smtp_from},
    {"smtp-user", "NAME", "", "User name for the SMTP server", kServe, false, set_text<&Config::smtp_user>},
    {"smtp-password-file", "FILE", "", "Holds the user's password on its first line; else ANNALS_SMTP_PASSWORD", kServe,
     false, set_text<&Config::smtp_password_file>},
    {"smtp-tls", "MODE", "required",
     "For smtp://: required (no mail without STARTTLS), optional (when offered) or off; smtps:// is always TLS", kServe,
     false, set_smtp_tls},
    {"smtp-ca-file", "FILE", "", "Certificates (PEM) that the SMTP server's must lead to, instead of the system's",
     kServe, false, set_text<&Config::smtp_ca_file>},
    {"webhook-allow-private", kSwitchValue, "false",
     "Webhooks may lead to loopback, private and other addresses that are not public", kServe, false,
     set_switch<&Config::webhook_allow_private>},
    {"queue-size", "N", "1024", "Writes of one platform that may wait; more are refused with 503", kServe, false,
     set_count<&Config::queue_size, 1, 1'000'000>},
    {"quarantine", "KEY:POSITION", "",
     "Passes over, for good, the commit of that platform with the event at that position, which cannot be decoded; may "
     "be repeated",
     kServeAndRebuild, true, add_quarantine},
};

}  // namespace

std::span<const OptionRow> option_rows() {
  return kRows;
}

}  // namespace annals
