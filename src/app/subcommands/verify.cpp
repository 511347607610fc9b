#include "app/subcommands/verify.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <vector>

#include "app/exit_codes.hpp"
#include "app/noted_heads.hpp"
#include "app/platform_keys.hpp"
#include "app/subcommands/verify_heads.hpp"

namespace annals {
namespace {

using Heads = std::map<PlatformId, Head>;

struct Verified {
  std::uint64_t events = 0;
  Head head;
};

/// Throws LogDamage: also when the log ends before the head that was noted beside it, or holds another commit there.
Verified verify_platform(Store& store, PlatformId platform, Position from, const std::optional<Head>& noted) {
  Verified verified;
  verified.head = store.log().head(platform);  // when there is nothing to read from there on
  bool noted_found = !noted || noted->position < from;
  const auto cursor = store.log().read(platform, from);
  while (const auto commit = cursor->next()) {
    const auto last = commit->frame.last();
    verified.events += last.value - std::max(commit->frame.first, from).value + 1;
    verified.head = Head{last, commit->hash};
    if (noted_found || last < noted->position) continue;
    if (verified.head != *noted) throw LogDamage(platform, commit->frame.first, "its hash is not the one noted for it");
    noted_found = true;
  }
  if (!noted_found) {
    throw LogDamage(platform, Position{verified.head.position.value + 1},
                    fmt::format("it is not there, though position {} was noted", noted->position.value));
  }
  return verified;
}

/// They verify like all others.
void print_quarantine(const Quarantine& quarantine, PlatformId platform, const PlatformKeys& keys) {
  for (const auto& commit : quarantine.of(platform)) {
    fmt::print("{}: positions {} to {} are in quarantine\n", keys.of(platform), commit.first.value, commit.last.value);
  }
}

int report_damage(const LogDamage& damage, const PlatformKeys& keys) {
  fmt::print("{}: commit at position {} does not verify: {}\n", keys.of(damage.platform), damage.position.value,
             damage.why);
  return fail(kCheckFailed, sentence_of(damage, keys.of(damage.platform)) + '.');
}

/// A log so damaged that the directory does not open is what `verify` is there to find.
int report_problem(const StoreProblem& problem) {
  if (problem.kind != StoreProblem::Kind::corrupt) return fail(problem);
  return fail(kCheckFailed, problem.sentence);
}

}  // namespace

int verify(const Config& config, const VerifyArguments& arguments) {
  std::vector<SignedHead> to_extend;
  if (!arguments.head_file.empty()) {
    auto heads = read_noted_heads(arguments.head_file);
    if (!heads) return fail(kWrongUsage, heads.error());
    to_extend = *std::move(heads);
  }
  auto opened = Store::open_beside(config.store_options());
  if (!opened) return report_problem(opened.error());
  Store& store = **opened;
  const PlatformKeys keys(store);
  if (!to_extend.empty()) return verify_heads(store, keys, to_extend);
  const auto noted_list = store.noted_heads();
  const Heads noted(noted_list.begin(), noted_list.end());

  auto platforms = store.log().platforms();
  for (const auto& [platform, head] : noted) {
    if (std::ranges::find(platforms, platform) == platforms.end()) platforms.push_back(platform);
  }
  std::ranges::sort(platforms);
  if (!arguments.platform.empty()) {
    const auto only = keys.with_key(arguments.platform);
    if (!only) {
      return fail(kWrongUsage, fmt::format("there is no platform \"{}\" in {}; it has {}.", arguments.platform,
                                           config.data.string(), keys.listed()));
    }
    platforms = {*only};
  }
  std::optional<int> failed;
  for (const auto platform : platforms) {
    const auto found = noted.find(platform);
    const auto expected = found == noted.end() ? std::nullopt : std::optional(found->second);
    try {
      const auto verified = verify_platform(store, platform, Position{arguments.from}, expected);
      fmt::print("{}: verified {} events, head {}\n", keys.of(platform), verified.events,
                 to_hex(as_view(verified.head.hash)));
      print_quarantine(store.quarantine(), platform, keys);
    } catch (const LogDamage& damage) {
      failed = report_damage(damage, keys);
    }
  }
  return failed.value_or(kDone);
}

}  // namespace annals
