#include "app/subcommands/verify_heads.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "app/exit_codes.hpp"

namespace annals {
namespace {

using HeadsByPosition = std::map<Position, std::vector<const SignedHead*>>;

/// Why a noted head proves nothing, or proves that the log was tampered with.
struct Refuted {
  std::string why;
};

void require_ours(const SignedHead& noted, const SigningKey& key) {
  if (!noted.holds()) {
    throw Refuted{fmt::format("the signature of the head noted at position {} does not hold: the file was altered",
                              noted.head.position.value)};
  }
  if (noted.public_key != key.public_key()) {
    throw Refuted{
        fmt::format("the head noted at position {} was signed by another key than this data directory's: it "
                    "was noted of another one",
                    noted.head.position.value)};
  }
}

std::string positions_of(const HeadsByPosition& noted) {
  std::string all = noted.size() == 1 ? "head noted at position " : "heads noted at positions ";
  bool first = true;
  for (const auto& [position, heads] : noted) {
    if (!std::exchange(first, false)) all += ", ";
    all += std::to_string(position.value);
  }
  return all;
}

/// Reads the whole log, and each noted head on the way. Throws Refuted, LogDamage.
Head read_past(Store& store, PlatformId platform, const HeadsByPosition& noted) {
  Head head;
  auto next = noted.begin();
  const auto cursor = store.log().read(platform, Position{1});
  while (const auto commit = cursor->next()) {
    if (next != noted.end() && next->first.value == 0) ++next;  // of an empty log: whatever follows extends it
    head = Head{commit->frame.last(), commit->hash};
    if (next == noted.end() || head.position < next->first) continue;
    const bool ends_there = head.position == next->first;
    const auto same = [&](const SignedHead* each) { return each->head == head; };
    if (!ends_there || !std::ranges::all_of(next->second, same)) {
      throw Refuted{fmt::format("{} at position {} than was noted: the chain was rewritten",
                                ends_there ? "the log has another hash" : "other commits end", next->first.value)};
    }
    ++next;
  }
  if (next != noted.end() && next->first.value > 0) {
    throw Refuted{fmt::format("the log ends at position {}, before the head noted at position {}: its tail was removed",
                              head.position.value, next->first.value)};
  }
  return head;
}

HeadsByPosition by_position(std::span<const SignedHead* const> noted) {
  HeadsByPosition sorted;
  for (const auto* each : noted) sorted[each->head.position].push_back(each);
  return sorted;
}

int verify_platform(Store& store, const std::string& key, PlatformId platform,
                    std::span<const SignedHead* const> noted) {
  try {
    const auto head = extension_of(store, platform, noted);
    if (!head) return fail(kCheckFailed, fmt::format("{}: {}.", key, head.error()));
    fmt::print("{}: verified {} events, head {}; extends the {}\n", key, head->position.value,
               to_hex(as_view(head->hash)), positions_of(by_position(noted)));
    return kDone;
  } catch (const LogDamage& damage) {
    return fail(kCheckFailed, sentence_of(damage, key) + '.');
  }
}

}  // namespace

std::expected<Head, std::string> extension_of(Store& store, PlatformId platform,
                                              std::span<const SignedHead* const> noted) {
  try {
    for (const auto* each : noted) require_ours(*each, store.signing_key());
    return read_past(store, platform, by_position(noted));
  } catch (const Refuted& refuted) {
    return std::unexpected(refuted.why);
  }
}

int verify_heads(Store& store, const PlatformKeys& keys, const std::vector<SignedHead>& noted) {
  std::map<PlatformId, std::vector<const SignedHead*>> by_platform;
  for (const auto& each : noted) by_platform[each.platform].push_back(&each);
  int exit_code = kDone;
  for (const auto& [platform, heads] : by_platform) {
    const int code = verify_platform(store, keys.of(platform), platform, heads);
    exit_code = std::max(exit_code, code);
  }
  return exit_code;
}

}  // namespace annals
