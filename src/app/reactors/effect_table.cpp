#include "app/reactors/effect_table.hpp"

#include <algorithm>
#include <limits>

#include "app/reactors/side_table_ids.hpp"
#include "projections/pack.hpp"
#include "projections/view_keys.hpp"

namespace annals {
namespace {

constexpr std::size_t kNumberBytes = 8;
constexpr std::size_t kMovedAtATime = 10'000;

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

std::string place_in_lane(const Effect& effect) {
  return with(with({}, effect.position.value), effect.target);
}

std::string lane_key(ReactorId reactor, std::uint64_t lane, const Effect& effect) {
  return with(prefix_of(reactor), lane) + place_in_lane(effect);
}

bool among(std::span<const std::uint64_t> those, std::uint64_t it) {
  return std::ranges::find(those, it) != those.end();
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

std::vector<std::pair<Effect, EffectRow>> EffectTable::newest_of_target(std::uint64_t target, std::size_t most) const {
  std::vector<std::pair<Effect, EffectRow>> newest;
  const auto at = tables_.scan(platform_, side::effects, with(prefix_of(reactor_), target), {}, ScanOrder::descending);
  for (; at->valid() && newest.size() < most; at->next()) {
    newest.emplace_back(effect_at(platform_, at->key()), unpack<EffectRow>(at->plain()));
  }
  return newest;
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

ViewId EffectTable::due_view() const {
  return order_ == DueOrder::by_time ? side::due : side::due_by_target;
}

std::string EffectTable::due_key(Timestamp at, const Effect& effect) const {
  const auto key = prefix_of(reactor_);
  return order_ == DueOrder::by_time ? with(with(key + key_of(at), effect.target), effect.position.value)
                                     : with(with(key, effect.target) + key_of(at), effect.position.value);
}

EffectTable::Due EffectTable::due_at(std::string_view key, std::string_view plain) const {
  const auto first = key.substr(1, kNumberBytes);
  const auto second = key.substr(1 + kNumberBytes, kNumberBytes);
  const bool by_time = order_ == DueOrder::by_time;
  const Effect effect{platform_, read_big_endian(by_time ? second : first), Position{number_before_end(key, 1)}};
  return {effect, unpack<std::uint64_t>(plain), time_at(by_time ? first : second)};
}

/// Each lane has one there: few are passed over.
std::optional<EffectTable::Due> EffectTable::first_due_below(std::string_view prefix,
                                                             std::span<const std::uint64_t> but_lanes) const {
  for (auto at = tables_.scan(platform_, due_view(), prefix); at->valid(); at->next()) {
    auto due = due_at(at->key(), at->plain());
    if (!among(but_lanes, due.lane)) return due;
  }
  return std::nullopt;
}

std::optional<std::uint64_t> EffectTable::next_due_target(std::uint64_t from) const {
  const auto at = tables_.scan(platform_, due_view(), prefix_of(reactor_), with({}, from));
  return at->valid() ? std::optional(due_at(at->key(), at->plain()).effect.target) : std::nullopt;
}

std::optional<EffectTable::Due> EffectTable::first_due(std::span<const std::uint64_t> but_lanes,
                                                       std::span<const std::uint64_t> but_targets) const {
  if (order_ == DueOrder::by_time) return first_due_below(prefix_of(reactor_), but_lanes);
  std::optional<Due> first;
  for (auto target = next_due_target(0); target; target = next_due_target(*target + 1)) {
    if (!among(but_targets, *target)) {
      const auto due = first_due_below(with(prefix_of(reactor_), *target), but_lanes);
      if (due && (!first || due->at < first->at)) first = due;
    }
    if (*target == std::numeric_limits<std::uint64_t>::max()) break;
  }
  return first;
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
  const auto place = place_in_lane(effect);
  const auto last = in_lane(row.lane, {}, ScanOrder::descending);
  const bool comes_last = !last || place_in_lane(*last) < place;
  const auto before = comes_last ? last : in_lane(row.lane, place, ScanOrder::descending);
  const auto next = comes_last || before ? std::nullopt : in_lane(row.lane, place, ScanOrder::ascending);
  changes_.put(platform_, side::lanes, lane_key(reactor_, row.lane, effect), {});
  if (before) return;
  if (next) changes_.erase(platform_, due_view(), due_key(find(*next)->at, *next));
  changes_.put(platform_, due_view(), due_key(row.at, effect), pack(row.lane));
}

void EffectChanges::take_out(const Effect& effect, const EffectRow& row) {
  changes_.erase(platform_, side::lanes, lane_key(reactor_, row.lane, effect));
  const auto due = due_key(row.at, effect);
  if (!changes_.get_plain(platform_, due_view(), due)) return;  // it waits for another of its lane
  changes_.erase(platform_, due_view(), due);
  // Where it stood, not where the lane begins: there stands a great deal that is done, to be walked over each time.
  if (const auto next = in_lane(row.lane, place_in_lane(effect), ScanOrder::ascending)) {
    changes_.put(platform_, due_view(), due_key(find(*next)->at, *next), pack(row.lane));
  }
}

std::optional<Effect> EffectChanges::in_lane(std::uint64_t lane, std::string_view start, ScanOrder order) const {
  const auto at = tables_.scan(platform_, side::lanes, with(prefix_of(reactor_), lane), start, order);
  if (!at->valid()) return std::nullopt;
  return Effect{platform_, number_before_end(at->key(), 1), Position{number_before_end(at->key(), 2)}};
}

bool EffectChanges::move_due_by_target() {
  const EffectTable before(tables_, reactor_, platform_, DueOrder::by_time);
  std::vector<std::pair<std::string, Due>> some;
  for (auto at = tables_.scan(platform_, side::due, prefix_of(reactor_)); at->valid(); at->next()) {
    if (some.size() == kMovedAtATime) break;
    some.emplace_back(at->key(), before.due_at(at->key(), at->plain()));
  }
  for (const auto& [key, due] : some) {
    changes_.erase(platform_, side::due, key);
    changes_.put(platform_, side::due_by_target, due_key(due.at, due.effect), pack(due.lane));
  }
  return !some.empty();
}

void EffectChanges::count(const EffectRow& row, bool more) {
  if (row.state == EffectState::done) return;
  auto& number = row.state == EffectState::waiting ? counts_.waiting : counts_.parked;
  number = more ? number + 1 : number - 1;
}

}  // namespace annals
