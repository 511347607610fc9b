// Feeds bytes to the request reader twice: all at once and cut at places that the input itself chooses. Both must see
// the same requests, stay inside the buffer and come to an end.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "http/transport/request_reader.hpp"

namespace {

using annals::http::RequestReader;

constexpr std::size_t kHeadBytesMax = 4096;
constexpr std::size_t kBodyBytesMax = 20'000;

/// Sizes of pieces out of a short seed, over and over; an empty seed never cuts.
class Cuts {
 public:
  explicit Cuts(std::string_view seed) : seed_(seed) {}
  std::size_t next() {
    if (seed_.empty()) return SIZE_MAX;
    const auto byte = static_cast<unsigned char>(seed_[at_++ % seed_.size()]);
    return byte < 128 ? 1 + byte % 8u : 1 + (byte - 128u) * 16u;
  }

 private:
  std::string_view seed_;
  std::size_t at_ = 0;
};

std::string describe(const RequestReader& reader) {
  std::string text;
  for (const std::string_view part :
       {reader.method(), reader.target(), reader.host(), reader.request_id(), reader.body()}) {
    text += part;
    text += '\n';
  }
  for (const auto& header : reader.headers()) {
    text += header.name;
    text += '=';
    text += header.value;
    text += '\n';
  }
  return text + (reader.keep_alive() ? "kept" : "closed") + (reader.body_too_large() ? " too large" : "");
}

std::vector<std::string> read_all(std::string_view bytes, Cuts cuts) {
  RequestReader reader({kHeadBytesMax, kBodyBytesMax});
  std::vector<std::string> seen;
  for (;;) {
    switch (reader.next()) {
      case RequestReader::State::complete:
        if (reader.body().size() > kBodyBytesMax) std::abort();
        seen.push_back(describe(reader));
        if (reader.body_too_large()) return seen;
        reader.release();
        break;
      case RequestReader::State::failed:
        seen.push_back(std::to_string(reader.error().status));
        return seen;
      case RequestReader::State::need_bytes:
      case RequestReader::State::send_continue: {
        if (bytes.empty()) return seen;
        const auto space = reader.space();
        if (space.empty()) std::abort();
        const std::size_t count = std::min({space.size(), bytes.size(), cuts.next()});
        std::memcpy(space.data(), bytes.data(), count);
        reader.filled(count);
        bytes.remove_prefix(count);
      }
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t seed_bytes = std::min<std::size_t>(static_cast<unsigned char>(input.front()) % 8u, size - 1);
  const std::string_view bytes = input.substr(1 + seed_bytes);
  const auto whole = read_all(bytes, Cuts({}));
  if (whole != read_all(bytes, Cuts(input.substr(1, seed_bytes)))) std::abort();
  return 0;
}
