#pragma once

#include <string>
#include <vector>

#include "app/config.hpp"

namespace annals {

struct ImportArguments {
  std::string file;  ///< `-`: standard input
  std::string platform = "main";
  std::string format;                ///< `csv` or `ndjson`; empty: as the file looks
  std::string type;                  ///< `persons` or `organizations`; empty: as each record says, or the header
  std::string rejects;               ///< where rejected lines are written to; empty: nowhere
  std::vector<std::string> mapping;  ///< each `column=field`
  bool upsert = false;               ///< updates what is there instead of skipping it
  bool dry_run = false;
  std::string server;  ///< the URL of a running server; empty: into the data directory
  std::string token;   ///< for the server; empty: ANNALS_TOKEN
};

/// Creates and updates persons and organizations from a file, in the data directory while nothing serves it, or through
/// a running server. A dry run only reads, also beside a running server. The exit code.
int import_records(const Config& config, const ImportArguments& arguments, const Environment& environment);

}  // namespace annals
