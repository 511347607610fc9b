// How fast a data directory's logs are verified, beside a tight SHA-256 loop over the same bytes, in turn.
// usage: bench_verify DATA [--rounds N] [--json]
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "core/crypto.hpp"
#include "storage/store.hpp"

using namespace annals;

namespace {

double seconds(auto&& run) {
  const auto begun = std::chrono::steady_clock::now();
  run();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
}

struct Log {
  std::string bytes;               ///< of all commits, one behind the other
  std::vector<std::size_t> sizes;  ///< of each
  std::uint64_t events = 0;
  std::uint8_t sum = 0;  ///< of the digests' first bytes
};

void verify(Store& store, auto&& each) {
  for (const auto platform : store.log().platforms()) {
    const auto cursor = store.log().read(platform, Position{1});
    while (const auto commit = cursor->next()) each(*commit);
  }
}

Log read(Store& store) {
  Log log;
  verify(store, [&](const CommitRecord& commit) {
    log.bytes += commit.bytes;
    log.sizes.push_back(commit.bytes.size());
    log.events += commit.frame.count;
    log.sum = static_cast<std::uint8_t>(log.sum ^ commit.hash[0]);
  });
  return log;
}

/// The same sum again.
std::uint8_t hash(const Log& log) {
  std::string_view left = log.bytes;
  std::uint8_t sum = 0;
  for (const auto size : log.sizes) {
    sum = static_cast<std::uint8_t>(sum ^ sha256(left.substr(0, size))[0]);
    left.remove_prefix(size);
  }
  return sum;
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

}  // namespace

int main(int argc, char** argv) {
  std::string directory;
  int rounds = 5;
  bool json = false;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument == "--json") {
      json = true;
    } else if (argument == "--rounds" && i + 1 < argc) {
      rounds = std::max(1, std::atoi(argv[++i]));
    } else {
      directory = argument;
    }
  }
  StoreOptions options;
  options.directory = directory;
  auto opened = Store::open_beside(options);
  if (!opened) {
    std::fprintf(stderr, "bench_verify: %s\n", opened.error().sentence.c_str());
    return 2;
  }
  Store& store = **opened;
  const auto log = read(store);
  std::vector<double> verified;
  std::vector<double> ratios;
  for (int round = 0; round < rounds; ++round) {
    verified.push_back(seconds([&] { verify(store, [](const CommitRecord&) {}); }));
    std::uint8_t sum = 0;
    ratios.push_back(seconds([&] { sum = hash(log); }) / verified.back());
    if (sum != log.sum) {
      std::fprintf(stderr, "bench_verify: the hashes are not those of the log\n");
      return 1;
    }
  }
  const auto rate = static_cast<double>(log.events) / median(verified);
  const auto [least, most] = std::ranges::minmax(ratios);
  const auto* format = json ? "{\"events\": %llu, \"bytes\": %zu, \"events_per_second\": %.0f, \"ratio\": %.3f, "
                              "\"ratio_min\": %.3f, \"ratio_max\": %.3f}\n"
                            : "%llu events in %zu bytes: %.0f events/s, %.3f of SHA-256 alone (%.3f to %.3f)\n";
  std::printf(format, static_cast<unsigned long long>(log.events), log.bytes.size(), rate, median(ratios), least, most);
  return 0;
}
