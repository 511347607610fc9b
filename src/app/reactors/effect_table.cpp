#include "app/reactors/effect_table.hpp"

#include <algorithm>

#include "app/reactors/side_table_ids.hpp"
#include "projections/pack.hpp"
#include "projections/view_keys.hpp"

namespace annals {
namespace {

constexpr std::size_t kNumberBytes = 8;
/// Of effects that are due and must not be taken: whoever asks holds a lock.
constexpr std::size_t kPassedOverMax = 4096;

std::string prefix_of(ReactorId reactor) {
  return std::string(1, static_cast<char>(reactor));
}

std::string with(std::string key, std::uint64_t number) {
  append_big_endian(key, number);
  return key;
}

std::string effect_key(ReactorId reactor, const Effect& effect) {
  return with(with(prefix_of(reactor), effect.target), effect.position.value);
}

std::string lane_key(ReactorId reactor, std::uint64_t lane, const Effect& effect) {
  return with(with(with(prefix_of(reactor), lane), effect.position.value), effect.target);
}

std::string due_key(ReactorId reactor, Timestamp at, const Effect& effect) {
  return with(with(prefix_of(reactor) + key_of(at), effect.target), effect.position.value);
}

/// The number that begins so many bytes before the key's end.
std::uint64_t number_before_end(std::string_view key, std::size_t numbers) {
  return read_big_endian(key.substr(key.size() - numbers * kNumberBytes, kNumberBytes));
}

/// Of a key that ends with target and position.
Effect effect_at(PlatformId platform, std::string_view key) {
  return {platform, number_before_end(key, 2), Position{number_before_end(key, 1)}};
}

/// What `key_of` made of a time.
Timestamp time_at(std::string_view eight_bytes) {
  return from_micros(static_cast<std::int64_t>(read_big_endian(eight_bytes) ^ (1ull << 63)));
}

}  // namespace

std::optional<Position> EffectTable::checkpoint() const {
  const auto found = tables_.get_plain(platform_, side::checkpoints, prefix_of(reactor_));
  return found ? std::optional(unpack<Position>(*found)) : std::nullopt;
}

std::optional<EffectRow> EffectTable::find(const Effect& effect) const {
  const auto found = tables_.get_plain(platform_, side::effects, effect_key(reactor_, effect));
  return found ? std::optional(unpack<EffectRow>(*found)) : std::nullopt;
}

std::vector<std::pair<Effect, EffectRow>> EffectTable::of_target(std::uint64_t target) const {
  std::vector<std::pair<Effect, EffectRow>> all;
  for (auto at = tables_.scan(platform_, side::effects, with(prefix_of(reactor_), target)); at->valid(); at->next()) {
    all.emplace_back(effect_at(platform_, at->key()), unpack<EffectRow>(at->plain()));
  }
  return all;
}

EffectCounts EffectTable::count() const {
  EffectCounts counts;
  for (auto at = tables_.scan(platform_, side::effects, prefix_of(reactor_)); at->valid(); at->next()) {
    const auto state = unpack<EffectRow>(at->plain()).state;
    if (state == EffectState::waiting) ++counts.waiting;
    if (state == EffectState::parked) ++counts.parked;
  }
  return counts;
}

std::optional<EffectTable::Due> EffectTable::first_due(std::span<const std::uint64_t> but_lanes,
                                                       std::span<const std::uint64_t> but_targets) const {
  const auto among = [](std::span<const std::uint64_t> those, std::uint64_t it) {
    return std::ranges::find(those, it) != those.end();
  };
  auto left = kPassedOverMax;
  for (auto at = tables_.scan(platform_, side::due, prefix_of(reactor_)); at->valid() && left > 0; at->next(), --left) {
    const auto lane = unpack<std::uint64_t>(at->plain());
    const auto effect = effect_at(platform_, at->key());
    if (among(but_lanes, lane) || among(but_targets, effect.target)) continue;
    return Due{effect, lane, time_at(at->key().substr(1, kNumberBytes))};
  }
  return std::nullopt;
}

void EffectChanges::move_checkpoint(Position seen) {
  changes_.put(platform_, side::checkpoints, prefix_of(reactor_), pack(seen));
}

void EffectChanges::add(const Effect& effect, std::uint64_t lane, Timestamp at) {
  if (find(effect)) return;
  const EffectRow row{.lane = lane, .at = at};
  put(effect, row);
  line_up(effect, row);
  count(row, true);
}

void EffectChanges::forget(const Effect& effect) {
  const auto row = find(effect);
  if (!row) return;
  if (row->state == EffectState::waiting) take_out(effect, *row);
  changes_.erase(platform_, side::effects, effect_key(reactor_, effect));
  count(*row, false);
}

void EffectChanges::forget_target(std::uint64_t target) {
  for (const auto& [effect, row] : of_target(target)) forget(effect);
}

void EffectChanges::replace(const Effect& effect, EffectRow row) {
  const auto before = find(effect);
  if (!before) return;
  row.lane = before->lane;
  if (before->state == EffectState::waiting) take_out(effect, *before);
  put(effect, row);
  if (row.state == EffectState::waiting) line_up(effect, row);
  count(*before, false);
  count(row, true);
}

void EffectChanges::put(const Effect& effect, const EffectRow& row) {
  changes_.put(platform_, side::effects, effect_key(reactor_, effect), pack(row));
}

void EffectChanges::line_up(const Effect& effect, const EffectRow& row) {
  const auto first = first_of_lane(row.lane);
  changes_.put(platform_, side::lanes, lane_key(reactor_, row.lane, effect), {});
  if (first && first->position <= effect.position) return;
  if (first) changes_.erase(platform_, side::due, due_key(reactor_, find(*first)->at, *first));
  changes_.put(platform_, side::due, due_key(reactor_, row.at, effect), pack(row.lane));
}

void EffectChanges::take_out(const Effect& effect, const EffectRow& row) {
  changes_.erase(platform_, side::lanes, lane_key(reactor_, row.lane, effect));
  changes_.erase(platform_, side::due, due_key(reactor_, row.at, effect));
  if (const auto next = first_of_lane(row.lane)) {
    changes_.put(platform_, side::due, due_key(reactor_, find(*next)->at, *next), pack(row.lane));
  }
}

std::optional<Effect> EffectChanges::first_of_lane(std::uint64_t lane) const {
  const auto at = tables_.scan(platform_, side::lanes, with(prefix_of(reactor_), lane));
  if (!at->valid()) return std::nullopt;
  return Effect{platform_, number_before_end(at->key(), 1), Position{number_before_end(at->key(), 2)}};
}

void EffectChanges::count(const EffectRow& row, bool more) {
  if (row.state == EffectState::done) return;
  auto& number = row.state == EffectState::waiting ? counts_.waiting : counts_.parked;
  number = more ? number + 1 : number - 1;
}

}  // namespace annals
