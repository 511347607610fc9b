#include <catch2/catch.hpp>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>

#include "events/commit.hpp"
#include "events/golden.hpp"
#include "events/golden_sealer.hpp"
#include "support/bare_sealer.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace annals::test::fuzz_smoke_test {
namespace {

/// The golden records with their sealed parts laid open, as the fuzz target reads them.
std::vector<std::pair<std::string, std::string>> seeds() {
  std::vector<std::pair<std::string, std::string>> named;
  for (const auto& golden : golden_records()) {
    named.emplace_back(golden.type + ".v" + std::to_string(golden.schema),
                       encode_commit(decode_commit(golden.record, GoldenSealer()), BareSealer()));
  }
  return named;
}

void try_one(const std::string& bytes) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
}

}  // namespace

TEST_CASE("the fuzz target takes its seeds, each cut off anywhere and with any byte changed", "[events][fuzz]") {
  std::mt19937_64 random(20261123);
  for (const auto& [name, seed] : seeds()) {
    INFO(name);
    REQUIRE_NOTHROW(decode_commit(seed, BareSealer()));
    for (std::size_t at = 0; at < seed.size(); ++at) {
      try_one(seed.substr(0, at));
      auto changed = seed;
      changed[at] = static_cast<char>(random());
      try_one(changed);
      changed = seed;
      changed[at] = static_cast<char>(changed[at] ^ (1 << random() % 8));
      try_one(changed);
    }
    try_one(seed);
  }
}

TEST_CASE("write the seeds of the event codec's fuzzer into the folder ANNALS_CORPUS", "[.][write-corpus]") {
  const char* folder = std::getenv("ANNALS_CORPUS");
  REQUIRE(folder != nullptr);
  std::filesystem::create_directories(folder);
  for (const auto& [name, seed] : seeds()) {
    std::ofstream(std::filesystem::path(folder) / name, std::ios::binary) << seed;
  }
}

}  // namespace annals::test::fuzz_smoke_test
