#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "events/commit.hpp"

namespace annals::test {

/// One record that was written when its schema version was the newest, with what it must read as.
struct Golden {
  std::string type;
  std::uint16_t schema = 0;
  std::string record;  ///< sealed by GoldenSealer
  std::string json;    ///< one event a line
};

/// All of tests/golden, in order of their names.
std::vector<Golden> golden_records();

std::filesystem::path golden_directory();
std::string read_text(const std::filesystem::path& file);
std::string bytes_of_hex(const std::string& text);  ///< white space between the digits is skipped

/// Every event of the record as one line of JSON.
std::string json_lines(const std::string& record, const Commit& commit);

}  // namespace annals::test
