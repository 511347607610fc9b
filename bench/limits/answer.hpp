#pragma once

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

/// What the limit programs share: the answer that they all send, and their only options.
namespace limits {

constexpr std::size_t kAnswerBytes = 600;  // as long as a person with a few contact details

inline std::string fixed_answer() {
  std::string json = R"({"id":"0190c2a4-7b1e-7c3d-9f00-5a6b7c8d9e0f","metadata":{"filler":")";
  const std::string_view end = R"("}})";
  json.append(kAnswerBytes - json.size() - end.size(), 'x');
  json += end;
  return json;
}

struct Options {
  std::uint16_t port = 0;  ///< 0: any free one, printed as `port N`
  unsigned threads = 1;
  std::string directory = ".";
};

/// `--port N --threads N --directory DIR`
inline Options read_options(int argc, char** argv) {
  Options options;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string_view name = argv[i];
    if (name == "--port") options.port = static_cast<std::uint16_t>(std::strtoul(argv[i + 1], nullptr, 10));
    if (name == "--threads") options.threads = static_cast<unsigned>(std::strtoul(argv[i + 1], nullptr, 10));
    if (name == "--directory") options.directory = argv[i + 1];
  }
  return options;
}

}  // namespace limits
