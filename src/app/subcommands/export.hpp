#pragma once

#include <string>

#include "app/config.hpp"

namespace annals {

struct ExportArguments {
  std::string platform = "main";
  std::string records = "persons";  ///< or `organizations`
  std::string format = "csv";       ///< or `ndjson`
  std::string person;               ///< this one's bundle instead; empty: not so
  std::string out;                  ///< the file to write, which is not there yet; empty: standard output
};

/// Writes a platform's persons or organizations as a file that an import reads back, or everything that is kept of one
/// person as JSON. Beside a running server or alone. The exit code.
int export_records(const Config& config, const ExportArguments& arguments);

}  // namespace annals
