#include "app/quarantining.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "app/exit_codes.hpp"
#include "app/platform_keys.hpp"
#include "app/quarantined_events.hpp"
#include "core/clock.hpp"

namespace annals {
namespace {

std::unexpected<StartProblem> wrong(const QuarantineWish& wish, const std::string& why) {
  return std::unexpected(
      StartProblem{kWrongUsage, fmt::format("--quarantine {}:{}: {}.", wish.platform_key, wish.position.value, why)});
}

std::string positions_of(const CommitFrame& frame) {
  if (frame.count == 1) return fmt::format("position {}", frame.first.value);
  return fmt::format("positions {} to {}", frame.first.value, frame.last().value);
}

}  // namespace

std::expected<void, StartProblem> put_in_quarantine(Store& store, std::span<const QuarantineWish> wishes) {
  if (wishes.empty()) return {};
  const PlatformKeys keys(store);
  for (const auto& wish : wishes) {
    const auto platform = keys.with_key(wish.platform_key);
    if (!platform) return wrong(wish, fmt::format("there is no such platform; there are {}", keys.listed()));
    const auto head = store.log().head(*platform).position;
    const auto record =
        wish.position <= head ? store.log().read(*platform, wish.position)->next() : std::optional<CommitRecord>();
    if (!record) return wrong(wish, fmt::format("the log ends at position {}", head.value));
    if (record->quarantined) continue;
    const auto why = why_undecodable(*record, store.sealer());
    if (why.empty()) return wrong(wish, "what is there can be decoded, and is not passed over");
    const auto& frame = record->frame;
    if (!store.put_in_quarantine({*platform, frame.first, frame.last(), to_hex(as_view(record->hash)), clock_now()})) {
      return std::unexpected(StartProblem{kUnusableData,
                                          "the file quarantine in the data directory cannot be written. Make room on "
                                          "the disk or check its permissions, then start again."});
    }
    spdlog::warn("{}, {} of its log: in quarantine from now on ({})", wish.platform_key, positions_of(frame), why);
  }
  return {};
}

}  // namespace annals
