#pragma once

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace limits {

struct Options {
  std::uint16_t port = 0;  ///< 0: any free one, printed as `port N`
  unsigned threads = 1;
  std::string directory = ".";
  std::string load;  ///< the file of records to begin with
};

/// `--port N --threads N --directory DIR --load FILE`
inline Options read_options(int argc, char** argv) {
  Options options;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string_view name = argv[i];
    const char* value = argv[i + 1];
    if (name == "--port") options.port = static_cast<std::uint16_t>(std::strtoul(value, nullptr, 10));
    if (name == "--threads") options.threads = static_cast<unsigned>(std::strtoul(value, nullptr, 10));
    if (name == "--directory") options.directory = value;
    if (name == "--load") options.load = value;
  }
  return options;
}

}  // namespace limits
