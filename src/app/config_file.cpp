#include "app/config_file.hpp"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <optional>

#include "app/config.hpp"

namespace annals {
namespace {

std::optional<std::string> scalar_text(const toml::node& node) {
  if (const auto text = node.value_exact<std::string>()) return *text;
  if (const auto number = node.value_exact<std::int64_t>()) return std::to_string(*number);
  if (const auto number = node.value_exact<double>()) return fmt::format("{}", *number);
  if (const auto truth = node.value_exact<bool>()) return *truth ? "true" : "false";
  return std::nullopt;
}

std::optional<std::vector<std::string>> texts_of(const toml::node& node, bool repeatable) {
  if (auto text = scalar_text(node)) return std::vector{*std::move(text)};
  if (!repeatable || !node.is_array()) return std::nullopt;
  std::vector<std::string> texts;
  for (const auto& element : *node.as_array()) {
    auto text = scalar_text(element);
    if (!text) return std::nullopt;
    texts.push_back(*std::move(text));
  }
  return texts;
}

const OptionRow* row_of(std::string_view file_key) {
  const auto found =
      std::ranges::find_if(option_rows(), [&](const OptionRow& row) { return row.file_key() == file_key; });
  return found == option_rows().end() || found->name == "config" ? nullptr : &*found;
}

}  // namespace

std::expected<FileValues, std::string> read_config_file(const std::string& path) {
  toml::table table;
  try {
    table = toml::parse_file(path);
  } catch (const toml::parse_error& error) {
    return std::unexpected(fmt::format("The configuration file {} cannot be read: {} (line {}).", path,
                                       error.description(), error.source().begin.line));
  }
  FileValues values;
  for (const auto& [key, node] : table) {
    std::string name(key.str());
    std::ranges::replace(name, '-', '_');
    const auto* const row = row_of(name);
    if (row == nullptr) {
      return std::unexpected(fmt::format("The configuration file {} has an unknown key \"{}\" (line {}).", path,
                                         key.str(), node.source().begin.line));
    }
    auto texts = texts_of(node, row->repeatable);
    if (!texts) {
      return std::unexpected(fmt::format("{} must be a text or a number{}; {} (line {}) says something else.",
                                         row->flag(), row->repeatable ? ", or a list of them" : "", path,
                                         node.source().begin.line));
    }
    if (!values.emplace(std::move(name), *std::move(texts)).second) {
      return std::unexpected(fmt::format("The configuration file {} says {} twice.", path, row->file_key()));
    }
  }
  return values;
}

}  // namespace annals
