#include "app/live_rebuild.hpp"

#include <spdlog/spdlog.h>

#include <stdexcept>
#include <string>
#include <utility>

#include "app/platform_keys.hpp"
#include "projections/following.hpp"
#include "projections/rebuild.hpp"

namespace annals {
namespace {

/// So few events are applied while writers wait.
constexpr std::uint64_t kEventsWhileWritersWait = 256;
/// When writers are so fast that there are always more left, these must wait longer.
constexpr int kRoundsMax = 20;
constexpr std::chrono::milliseconds kPositionsEvery{100};

/// Thrown out of a rebuild that is to end.
struct Stopped : std::runtime_error {
  Stopped() : std::runtime_error("the server was stopped before the rebuild was done") {}
};

void require_going_on(const std::stop_token& stop) {
  if (stop.stop_requested()) throw Stopped();
}

}  // namespace

LiveRebuild::LiveRebuild(Store& store, LiveProjections& live, Committer& committer, http::Metrics& metrics,
                         std::uint64_t record_bytes_max)
    : store_(store), live_(live), committer_(committer), metrics_(metrics), record_bytes_max_(record_bytes_max) {
  metrics_.rebuild(false, 0, 0);
}

LiveRebuild::~LiveRebuild() {
  stop();
}

std::expected<RebuildState, RebuildState> LiveRebuild::start() {
  const std::scoped_lock lock(mutex_);
  if (stopping_ || state_.phase == RebuildState::Phase::running) return std::unexpected(state_);
  if (thread_.joinable()) thread_.join();  // it has said how it ended
  state_ = RebuildState{};
  state_.phase = RebuildState::Phase::running;
  state_.started_at = clock_now();
  for (const auto platform : store_.log().platforms())
    state_.events_total += store_.log().head(platform).position.value;
  metrics_.rebuild(true, 0, state_.events_total);
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
  return state_;
}

RebuildState LiveRebuild::state() const {
  const std::scoped_lock lock(mutex_);
  return state_;
}

void LiveRebuild::stop() {
  std::jthread running;
  {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
    running.swap(thread_);
  }
  running.request_stop();
  if (running.joinable()) running.join();
}

void LiveRebuild::run(const std::stop_token& stop) {
  spdlog::info("rebuilding the views from {} events beside the live ones", state().events_total);
  try {
    fill_and_swap(stop);
    ended(RebuildState::Phase::done);
    spdlog::info("the views have been rebuilt and are served now");
  } catch (const UndecodableCommit& commit) {
    metrics_.undecodable_event();
    failed({commit.why, true, PlatformKeys(store_).of(commit.platform), commit.position});
  } catch (const LogDamage& damage) {
    failed({damage.why, false, PlatformKeys(store_).of(damage.platform), damage.position});
  } catch (const std::exception& error) {
    failed({error.what(), false, std::nullopt, std::nullopt});
  }
}

void LiveRebuild::fill_and_swap(const std::stop_token& stop) {
  const auto views = store_.begin_views();
  if (!views) throw std::runtime_error("the store takes no writes just now");
  std::uint64_t before = 0;
  const auto progress = [&](std::uint64_t done, std::uint64_t of) {
    require_going_on(stop);
    say(*views, before + done, before + of);
  };
  for (int round = 0; round < kRoundsMax; ++round) {
    const auto events = catch_up(store_.log(), *views, store_.sealer(), store_.digester(), progress);
    before += events;
    if (events <= kEventsWhileWritersWait) break;
  }
  const auto tables = LiveProjections::make(*views, store_.digester(), record_bytes_max_);
  tables->load(store_.log().platforms(), [&](std::uint64_t, std::uint64_t) { require_going_on(stop); });
  for (int round = 0; round < kRoundsMax; ++round) {
    require_going_on(stop);
    const auto events = follow(store_.log(), *views, *tables, store_.sealer(), store_.digester());
    before += events;
    say(*views, before, before);
    if (events <= kEventsWhileWritersWait) break;
  }
  swap(*views, *tables);
}

/// Writers wait; readers for the moment of the exchange.
void LiveRebuild::swap(ByteStore& views, LiveProjections& tables) {
  bool adopted = false;
  std::string why = "the store takes no writes just now";
  const bool ran = committer_.between_groups([&] {
    try {
      follow(store_.log(), views, tables, store_.sealer(), store_.digester());
      adopted = live_.adopt(tables, [&] { return store_.adopt_views(views); });
    } catch (const std::exception& error) {
      why = error.what();
    }
  });
  if (!ran || !adopted) throw std::runtime_error(why);
}

void LiveRebuild::say(const ByteStore& views, std::uint64_t done, std::uint64_t of) {
  metrics_.rebuild(true, done, of);
  const auto now = std::chrono::steady_clock::now();
  auto reached =
      now - reached_at_ >= kPositionsEvery || done == of ? reached_in(views) : std::vector<RebuildState::Reached>{};
  if (!reached.empty()) reached_at_ = now;
  const std::scoped_lock lock(mutex_);
  state_.events_done = done;
  state_.events_total = of;
  if (!reached.empty()) state_.positions = std::move(reached);
}

std::vector<RebuildState::Reached> LiveRebuild::reached_in(const ByteStore& views) const {
  std::vector<RebuildState::Reached> all;
  for (const auto platform : store_.log().platforms()) {
    all.push_back({live_.platform_key(platform).value_or(std::string()), applied_position(platform, views.latest()),
                   store_.log().head(platform).position});
  }
  return all;
}

void LiveRebuild::failed(RebuildState::Failure failure) {
  if (failure.position) {
    spdlog::error("the views could not be rebuilt, the live ones are served on: {} at position {}: {}",
                  *failure.platform_key, failure.position->value, failure.why);
  } else {
    spdlog::error("the views could not be rebuilt, the live ones are served on: {}", failure.why);
  }
  {
    const std::scoped_lock lock(mutex_);
    state_.failure = std::move(failure);
  }
  ended(RebuildState::Phase::failed);
}

void LiveRebuild::ended(RebuildState::Phase phase) {
  const std::scoped_lock lock(mutex_);
  state_.phase = phase;
  state_.finished_at = clock_now();
  metrics_.rebuild(false, state_.events_done, state_.events_total);
}

}  // namespace annals
