#include "app/past_states.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <stdexcept>
#include <utility>

#include "projections/history/past_views.hpp"
#include "storage/scratch_views.hpp"

namespace annals {
namespace {

constexpr std::size_t kStatesMax = 2;

void remove_tree(const std::filesystem::path& directory) {
  std::error_code ignored;
  std::filesystem::remove_all(directory, ignored);
}

std::unexpected<Problem> not_now(ProblemCode code, std::string sentence) {
  return std::unexpected(Problem(code, std::move(sentence)));
}

}  // namespace

/// A directory that is gone with everything in it when this is.
class OwnDirectory {
 public:
  explicit OwnDirectory(std::filesystem::path path) : path_(std::move(path)) {}
  ~OwnDirectory() { remove_tree(path_); }
  OwnDirectory(const OwnDirectory&) = delete;
  OwnDirectory& operator=(const OwnDirectory&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  const std::filesystem::path path_;
};

struct PastStates::State {
  State(PlatformId whose, Position end, std::filesystem::path directory)
      : platform(whose), position(end), place(std::move(directory)) {}

  const PlatformId platform;
  const Position position;
  const OwnDirectory place;
  std::unique_ptr<ByteStore> views;
  std::unique_ptr<LiveProjections> tables;  ///< over the views
};

/// Ends the making, whatever came of it, and lets the next one begin.
struct PastStates::Turn {
  PastStates& states;
  ~Turn() {
    {
      const std::scoped_lock lock(states.mutex_);
      states.making_ = false;
    }
    states.changed_.notify_all();
  }
};

PastStates::PastStates(Store& store, const Readiness& readiness, PastStatesOptions options)
    : store_(store), readiness_(readiness), options_(std::move(options)) {
  remove_tree(options_.directory);  // what a crash left
}

PastStates::~PastStates() {
  dropping_ = std::jthread();  // waits for it
  states_.clear();
  remove_tree(options_.directory);
}

Result<std::shared_ptr<const RecordQueries>> PastStates::at(PlatformId platform, Position position) {
  States too_many;
  std::uint64_t forgotten = 0;
  {
    std::unique_lock lock(mutex_);
    std::shared_ptr<const State> found;
    const bool settled = changed_.wait_for(lock, options_.patience, [&] {
      found = find(platform, position);
      return found || !making_;
    });
    if (found) return records_of(std::move(found));
    if (!settled) {
      return not_now(ProblemCode::queue_full, "The records of another moment are being put together. Try again.");
    }
    too_many = beyond_the_limit();
    forgotten = forgotten_[platform];
    making_ = true;
  }
  const Turn turn{*this};
  too_many.clear();  // before the next one needs their memory
  auto made = make(platform, position, forgotten);
  if (!made) return std::unexpected(std::move(made).error());
  return records_of(*std::move(made));
}

void PastStates::forget(PlatformId platform) {
  const std::scoped_lock lock(mutex_);
  ++forgotten_[platform];
  States dropped;
  for (auto at = states_.begin(); at != states_.end();) {
    const auto state = at++;
    if ((*state)->platform == platform) dropped.splice(dropped.end(), states_, state);
  }
  if (!dropped.empty()) dropping_ = std::jthread([gone = std::move(dropped)]() mutable { gone.clear(); });
}

std::shared_ptr<const PastStates::State> PastStates::find(PlatformId platform, Position position) {
  const auto found = std::find_if(states_.begin(), states_.end(), [&](const auto& state) {
    return state->platform == platform && state->position == position;
  });
  if (found == states_.end()) return nullptr;
  states_.splice(states_.begin(), states_, found);
  return states_.front();
}

std::shared_ptr<const RecordQueries> PastStates::records_of(std::shared_ptr<const State> state) {
  const RecordQueries* records = state->tables.get();
  return {std::move(state), records};
}

void PastStates::keep(std::shared_ptr<const State> state, std::uint64_t forgotten) {
  const std::scoped_lock lock(mutex_);
  require_not_forgotten(state->platform, forgotten);
  states_.push_front(std::move(state));
}

void PastStates::require_not_forgotten(PlatformId platform, std::uint64_t since) {
  if (forgotten_[platform] != since) throw std::runtime_error("somebody was erased meanwhile");
}

/// Leaves room for one more.
PastStates::States PastStates::beyond_the_limit() {
  States too_many;
  while (states_.size() >= kStatesMax) too_many.splice(too_many.end(), states_, std::prev(states_.end()));
  return too_many;
}

Result<std::shared_ptr<const PastStates::State>> PastStates::make(PlatformId platform, Position position,
                                                                  std::uint64_t forgotten) {
  try {
    auto state = filled(platform, position, forgotten);
    keep(state, forgotten);
    return state;
  } catch (const LogDamage&) {
    throw;
  } catch (const std::exception& error) {
    // A full disk, a key that was destroyed meanwhile, a store that is being reopened: another time it may do.
    spdlog::warn("the records of platform {} as of position {} could not be put together: {}", platform.value,
                 position.value, error.what());
    return not_now(ProblemCode::store_unavailable, "The records of then cannot be put together just now. Try again.");
  }
}

std::shared_ptr<const PastStates::State> PastStates::filled(PlatformId platform, Position position,
                                                            std::uint64_t forgotten) {
  const auto go_on = [&](std::uint64_t, std::uint64_t) {
    if (!readiness_.writes_available()) throw std::runtime_error("the store takes no writes");
    const std::scoped_lock lock(mutex_);
    require_not_forgotten(platform, forgotten);
  };
  go_on(0, 0);
  std::filesystem::create_directories(options_.directory);
  auto state = std::make_shared<State>(platform, position, options_.directory / std::to_string(++made_));
  auto views = open_scratch_views(store_, state->place.path());
  if (!views) throw std::runtime_error(views.error().sentence);
  state->views = *std::move(views);
  fill_past_views(store_.log(), platform, position, *state->views, store_.sealer(), store_.digester(), go_on);
  state->tables = LiveProjections::make(*state->views, store_.digester(), options_.record_bytes_max);
  state->tables->load(std::array{kSystemPlatform, platform}, go_on);
  return state;
}

}  // namespace annals
