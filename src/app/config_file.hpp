#pragma once

#include <expected>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace annals {

/// The values of a configuration file as text, by option (`max_body`).
using FileValues = std::map<std::string, std::vector<std::string>, std::less<>>;

/// Reads TOML. The error is a sentence that names the file and what is wrong: not readable, no TOML, an unknown key, a
/// value that is no text, number, truth value or, where an option may be repeated, list of these.
std::expected<FileValues, std::string> read_config_file(const std::string& path);

}  // namespace annals
