#include "app/config.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "app/config_file.hpp"
#include "app/mail/smtp_password.hpp"
#include "app/master_key.hpp"

namespace annals {
namespace {

/// Where a value was said, for the sentence about a bad one.
struct SourcedValues {
  std::vector<std::string> values;
  std::string source;
};

std::vector<std::string> split_list(std::string_view text) {
  std::vector<std::string> items;
  while (!text.empty()) {
    const auto comma = std::min(text.find(','), text.size());
    auto item = text.substr(0, comma);
    while (item.starts_with(' ')) item.remove_prefix(1);
    while (item.ends_with(' ')) item.remove_suffix(1);
    if (!item.empty()) items.emplace_back(item);
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return items;
}

std::optional<SourcedValues> from_environment(const OptionRow& row, const Environment& environment) {
  const auto name = row.environment();
  const auto value = environment(name);
  if (!value || value->empty()) return std::nullopt;
  const auto source = fmt::format("the environment variable {}", name);
  if (row.repeatable) return SourcedValues{split_list(*value), source};
  return SourcedValues{{*value}, source};
}

SourcedValues values_of(const OptionRow& row, const FlagValues& flags, const Environment& environment,
                        const FileValues& file, const std::string& file_name) {
  if (const auto found = flags.find(row.name); found != flags.end()) return {found->second, "the command line"};
  if (auto found = from_environment(row, environment)) return *std::move(found);
  if (const auto found = file.find(row.file_key()); found != file.end()) {
    return {found->second, fmt::format("{} ({})", file_name, row.file_key())};
  }
  if (row.fallback.empty()) return {{}, "the default"};
  return {{std::string(row.fallback)}, "the default"};
}

Parsed<void> set_all(Config& config, const OptionRow& row, const SourcedValues& given) {
  if (!row.repeatable && given.values.size() > 1) {
    return std::unexpected(
        fmt::format("{} takes one value; {} has {}.", row.flag(), given.source, given.values.size()));
  }
  for (const auto& value : given.values) {
    if (const auto set = row.set(config, value); !set) {
      return std::unexpected(fmt::format("{} {}; {} says \"{}\".", row.flag(), set.error(), given.source, value));
    }
  }
  return {};
}

const OptionRow& config_row() {
  return *std::ranges::find(option_rows(), std::string_view("config"), &OptionRow::name);
}

Parsed<void> check_together(const Config& config) {
  if (config.tls_certificate_file.empty() != config.tls_key_file.empty()) {
    return std::unexpected("--tls-cert and --tls-key go together: name both or neither.");
  }
  if (!config.smtp_url.empty() && config.smtp_from.empty()) {
    return std::unexpected("--smtp-url needs --smtp-from: the address that mails come from.");
  }
  if (config.smtp_user.empty() != config.smtp_password.empty()) {
    return std::unexpected(
        "--smtp-user and its password (--smtp-password-file or ANNALS_SMTP_PASSWORD) go together: give both or "
        "neither.");
  }
  return {};
}

std::string with_separator(std::string_view name, char separator) {
  std::string text(name);
  std::ranges::replace(text, '-', separator);
  return text;
}

}  // namespace

std::string_view name_of(LogLevel level) {
  switch (level) {
    case LogLevel::trace:
      return "trace";
    case LogLevel::debug:
      return "debug";
    case LogLevel::info:
      return "info";
    case LogLevel::warn:
      return "warn";
    case LogLevel::error:
      return "error";
    case LogLevel::off:
      return "off";
  }
  return "";
}

StoreOptions Config::store_options() const {
  StoreOptions options;
  options.directory = data;
  options.durability = durability;
  options.master_key = master_key;
  options.block_cache_bytes = block_cache_bytes;
  return options;
}

std::string OptionRow::flag() const {
  return fmt::format("--{}", name);
}
std::string OptionRow::file_key() const {
  return with_separator(name, '_');
}
std::string OptionRow::environment() const {
  auto text = with_separator(name, '_');
  std::ranges::transform(text, text.begin(),
                         [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  return "ANNALS_" + text;
}

std::optional<std::string> process_environment(const std::string& name) {
  const char* const value = std::getenv(name.c_str());
  if (value == nullptr) return std::nullopt;
  return std::string(value);
}

std::expected<Config, std::string> resolve_config(const FlagValues& flags, const Environment& environment) {
  Config config;
  FileValues file;
  if (auto set = set_all(config, config_row(), values_of(config_row(), flags, environment, {}, {})); !set) {
    return std::unexpected(set.error());
  }
  if (!config.config_file.empty()) {
    auto read = read_config_file(config.config_file);
    if (!read) return std::unexpected(read.error());
    file = *std::move(read);
  }
  for (const auto& row : option_rows()) {
    if (row.name == config_row().name) continue;
    const auto given = values_of(row, flags, environment, file, config.config_file);
    if (auto set = set_all(config, row, given); !set) return std::unexpected(set.error());
  }
  auto password = read_smtp_password(config.smtp_password_file, environment("ANNALS_SMTP_PASSWORD"));
  if (!password) return std::unexpected(password.error());
  config.smtp_password = *std::move(password);
  if (auto together = check_together(config); !together) return std::unexpected(together.error());
  auto key = read_master_key(config.master_key_file, environment("ANNALS_MASTER_KEY"));
  if (!key) return std::unexpected(key.error());
  config.master_key = *key;
  return config;
}

}  // namespace annals
