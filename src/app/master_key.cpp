#include "app/master_key.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>

#include "app/option_values.hpp"

namespace annals {

std::expected<Key, std::string> read_key_file(const std::string& path) {
  constexpr std::size_t kLongestText = 256;
  std::ifstream file(path, std::ios::binary);
  std::string bytes(kLongestText, '\0');
  file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (!file.is_open() || file.bad()) return std::unexpected("cannot be read");
  bytes.resize(static_cast<std::size_t>(file.gcount()));
  Key key;
  if (bytes.size() == key.size()) {
    std::copy(bytes.begin(), bytes.end(), key.begin());
    return key;
  }
  return parse_key_text(bytes);
}

std::expected<std::optional<Key>, std::string> read_master_key(const std::string& file,
                                                               const std::optional<std::string>& environment) {
  const bool in_environment = environment && !environment->empty();
  if (!file.empty() && in_environment) {
    return std::unexpected("The master key is given twice: by --master-key-file and by ANNALS_MASTER_KEY. Keep one.");
  }
  if (!file.empty()) {
    const auto key = read_key_file(file);
    if (!key) return std::unexpected(fmt::format("--master-key-file: {} {}.", file, key.error()));
    return *key;
  }
  if (in_environment) {
    const auto key = parse_key_text(*environment);
    if (!key) return std::unexpected(fmt::format("ANNALS_MASTER_KEY {}.", key.error()));
    return *key;
  }
  return std::nullopt;
}

}  // namespace annals
