#include "events/golden.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "core/crypto.hpp"

namespace annals::test {

std::filesystem::path golden_directory() {
  return std::filesystem::path(ANNALS_SOURCE_DIR) / "tests/golden";
}

std::string read_text(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) throw std::runtime_error("cannot read " + file.string());
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string bytes_of_hex(const std::string& text) {
  std::string digits;
  std::ranges::copy_if(text, std::back_inserter(digits), [](char c) { return c != '\n' && c != ' '; });
  std::string bytes;
  for (std::size_t at = 0; at + 1 < digits.size(); at += 2) {
    bytes += static_cast<char>(std::stoi(digits.substr(at, 2), nullptr, 16));
  }
  return bytes;
}

std::vector<Golden> golden_records() {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(golden_directory())) {
    if (entry.path().extension() == ".hex") files.push_back(entry.path());
  }
  std::ranges::sort(files);
  std::vector<Golden> records;
  for (const auto& file : files) {
    const auto stem = file.stem().string();  // Type.v1
    const auto dot = stem.find(".v");
    records.push_back({stem.substr(0, dot), static_cast<std::uint16_t>(std::stoi(stem.substr(dot + 2))),
                       bytes_of_hex(read_text(file)),
                       read_text(std::filesystem::path(file).replace_extension(".ndjson"))});
  }
  return records;
}

std::string json_lines(const std::string& record, const Commit& commit) {
  std::string lines;
  for (std::size_t i = 0; i < commit.events.size(); ++i) {
    lines += event_json(commit, i, sha256(record), {"main", "ada"}) + "\n";
  }
  return lines;
}

}  // namespace annals::test
