#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/mail/smtp_settings.hpp"
#include "app/option_values.hpp"
#include "storage/store.hpp"

namespace annals {

enum class LogLevel { trace, debug, info, warn, error, off };
std::string_view name_of(LogLevel level);

/// What the program was told, checked. Its defaults stand in the table of options, not here.
struct Config {
  std::filesystem::path data;
  std::string config_file;  ///< empty: none
  HostPort listen;
  unsigned threads = 0;
  Durability durability = Durability::sync;
  std::uint64_t body_bytes_max = 0;
  std::uint64_t header_bytes_max = 0;
  std::uint64_t connections_max = 0;
  std::chrono::seconds idle_timeout{};
  std::chrono::seconds request_timeout{};
  std::chrono::seconds write_timeout{};
  std::chrono::seconds feed_heartbeat{};
  std::uint64_t page_size = 0;
  std::vector<std::string> cors_origins;
  std::vector<std::string> trusted_proxies;
  double rate_limit_per_second = 0;  ///< 0: none
  double rate_limit_burst = 0;       ///< 0: as many as in a second
  std::string tls_certificate_file;
  std::string tls_key_file;
  std::string master_key_file;
  std::optional<Key> master_key;  ///< read from the file or the environment
  std::chrono::seconds invitation_lifetime{};
  std::string public_url;  ///< empty: where it listens
  std::string smtp_url;    ///< empty: no mail is sent
  std::string smtp_from;   ///< as parse_mailbox reads it
  std::string smtp_user;
  std::string smtp_password_file;
  std::string smtp_password;  ///< read from the file or the environment
  SmtpTls smtp_tls = SmtpTls::required;
  std::string smtp_ca_file;  ///< empty: the system's certificates count
  bool webhook_allow_private = false;
  std::uint64_t queue_size = 0;
  LogLevel log_level = LogLevel::info;
  bool log_json = false;
  std::uint64_t block_cache_bytes = 0;
  std::uint64_t record_memory_bytes = 0;
  std::vector<QuarantineWish> quarantine;

  StoreOptions store_options() const;
};

enum class OptionScope { every_command, serve, serve_and_rebuild };

/// The value of options that mean yes when none is given.
inline constexpr std::string_view kSwitchValue = "[true|false]";

/// One option: everything about it, once. Flag, environment variable and key of the file follow from its name.
struct OptionRow {
  std::string_view name;      ///< `max-body`
  std::string_view value;     ///< what the help calls its value
  std::string_view fallback;  ///< the default, read like any other value; empty: unset
  std::string_view help;
  OptionScope scope;
  bool repeatable;
  Parsed<void> (*set)(Config& config, std::string_view value);

  std::string flag() const;         ///< `--max-body`
  std::string environment() const;  ///< `ANNALS_MAX_BODY`
  std::string file_key() const;     ///< `max_body`
};
std::span<const OptionRow> option_rows();

/// What the command line gave, by option name.
using FlagValues = std::map<std::string, std::vector<std::string>, std::less<>>;
/// Looks a variable up; nullopt when it is not set.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;
std::optional<std::string> process_environment(const std::string& name);

/// Flag before environment before file before default. The error is a sentence that names the option and its source.
std::expected<Config, std::string> resolve_config(const FlagValues& flags, const Environment& environment);

}  // namespace annals
