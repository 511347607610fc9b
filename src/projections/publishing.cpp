#include <algorithm>
#include <chrono>
#include <map>
#include <mutex>
#include <shared_mutex>
#include <thread>

#include "projections/live_projections.hpp"
#include "projections/loading.hpp"
#include "projections/text_moves.hpp"

/// How the tables come to be: built from the views at the start, moved by every commit from then on.
namespace annals {
namespace {

/// Long enough for a writer that was woken to take its turn.
void let_others_in() {
  std::this_thread::sleep_for(std::chrono::microseconds(100));
}

/// What is freed beyond the need, so that not every record needs a round of its own.
std::uint64_t bytes_to_free(const RecordBudget& budget) {
  constexpr std::uint64_t kAhead = 256 << 10;
  const auto over = budget.over();
  return over == 0 ? 0 : over + std::min(kAhead, budget.limit / 64);
}

}  // namespace

void TableProjections::load(std::span<const PlatformId> platforms,
                            const std::function<void(std::uint64_t, std::uint64_t)>& progress) {
  const auto views = store_.snapshot();
  std::vector<std::pair<std::uint64_t, PlatformId>> by_size;
  std::uint64_t rows = 0;
  for (const auto platform : platforms) {
    by_size.emplace_back(rows_of(*views, platform), platform);
    rows += by_size.back().first;
  }
  std::sort(by_size.begin(), by_size.end());  // the small ones fit whole; the largest gets what they leave
  LoadProgress told(progress, rows);
  key_uses_.load(*views, platforms);
  AccessTable access;
  access.load_server(*views);
  Tables tables;
  const auto budget = std::make_shared<RecordBudget>(record_bytes_max_);
  std::uint64_t open_invitations = 0;
  for (const auto& [size, platform] : by_size) {
    access.load_platform(*views, platform);
    auto loaded = std::make_shared<PlatformTables>(budget);
    load_tables(*views, platform, *loaded, std::max(1u, std::thread::hardware_concurrency()), told);
    open_invitations += loaded->invitations.open;
    tables.insert_or_assign(platform, std::move(loaded));
  }
  told.say();
  access_.write([&](AccessTable& side) { side = access; });
  ++access_version_;
  {
    const std::unique_lock lock(tables_lock_);
    std::swap(tables_, tables);
    budget_ = budget;
  }
  active_invitations_ = open_invitations;
  upkeep_.stir();
  for (const auto platform : platforms) tell_served(platform);
}

void TableProjections::publish(std::span<const Commit* const> commits) {
  publish_access(commits);
  std::map<PlatformId, std::vector<const Commit*>> by_platform;
  for (const auto* commit : commits) by_platform[commit->header.frame.platform].push_back(commit);
  for (const auto& [platform, own] : by_platform) publish_rows(platform, own);
  upkeep_.stir();
  for (const auto& [platform, own] : by_platform) tell_served(platform);
}

bool TableProjections::adopt(LiveProjections& other, const std::function<bool()>& show_views) {
  auto& rebuilt = dynamic_cast<TableProjections&>(other);
  rebuilt.upkeep_.stop();  // from now on the tables are looked after here
  if (!key_uses_.move_to(rebuilt.store_, [&] { return take_tables(rebuilt, show_views); })) return false;
  upkeep_.stir();
  return true;
}

bool TableProjections::take_tables(TableProjections& rebuilt, const std::function<bool()>& show_views) {
  const auto access = rebuilt.access_.read([](const AccessTable& table) { return table; });
  const auto before = all_tables();
  std::vector<std::unique_lock<TurnLock>> held;
  for (const auto& tables : before) held.emplace_back(tables->lock);
  if (!show_views()) return false;
  for (const auto& tables : before) tables->replaced = true;
  access_.write([&](AccessTable& side) { side = access; });
  ++access_version_;
  const std::unique_lock lock(tables_lock_);
  std::swap(tables_, rebuilt.tables_);  // those before are freed with it
  budget_.swap(rebuilt.budget_);
  active_invitations_ = rebuilt.active_invitations_.load();
  return true;
}

void TableProjections::tell_served(PlatformId platform) const {
  const std::scoped_lock lock(served_mutex_);
  if (served_moved_) served_moved_(platform);
}

/// On the thread for upkeep; false when nothing is left to do.
bool TableProjections::keep_up() {
  bool more = false;
  for (const auto& tables : all_tables()) more = settle_texts(*tables, let_others_in) || more;
  return keep_to_budget() || more;
}

/// Of the platform that has most in memory, the oldest goes first.
bool TableProjections::keep_to_budget() {
  const auto all = all_tables();
  if (all.empty()) return false;
  const auto bytes = bytes_to_free(*all.front()->budget);
  if (bytes == 0) return false;
  const auto largest = *std::max_element(all.begin(), all.end(), [](const auto& left, const auto& right) {
    return left->text_bytes() < right->text_bytes();
  });
  return evict_texts(*largest, bytes, let_others_in);
}

void TableProjections::publish_rows(PlatformId platform, std::span<const Commit* const> commits) {
  const auto tables = make_tables_of(platform);
  const std::unique_lock lock(tables->lock);
  const auto open_before = tables->invitations.open;
  for (const auto* commit : commits) {
    const auto first = commit->header.frame.first;
    if (first <= tables->applied) continue;  // loaded already
    move_tables(*tables, *commit, digester_);
  }
  active_invitations_ += tables->invitations.open - open_before;
}

void TableProjections::publish_access(std::span<const Commit* const> commits) {
  const auto concerned = [](const Commit* commit) {
    return std::any_of(commit->events.begin(), commit->events.end(),
                       [](const RecordedEvent& recorded) { return AccessTable::concerns(recorded.event); });
  };
  if (std::none_of(commits.begin(), commits.end(), concerned)) return;
  access_.write([&](AccessTable& access) {
    for (const auto* commit : commits) {
      for (const auto& recorded : commit->events) {
        access.on(recorded.event, store_.latest(), commit->header.frame.platform);
      }
    }
  });
  ++access_version_;
}

std::shared_ptr<PlatformTables> TableProjections::tables_of(PlatformId platform) const {
  static const auto none = std::make_shared<PlatformTables>(std::make_shared<RecordBudget>(0));
  const std::shared_lock lock(tables_lock_);
  const auto found = tables_.find(platform);
  return found == tables_.end() ? none : found->second;
}

std::shared_ptr<PlatformTables> TableProjections::make_tables_of(PlatformId platform) {
  {
    const std::shared_lock lock(tables_lock_);
    if (const auto found = tables_.find(platform); found != tables_.end()) return found->second;
  }
  const std::unique_lock lock(tables_lock_);
  return tables_.try_emplace(platform, std::make_shared<PlatformTables>(budget_)).first->second;
}

std::vector<std::shared_ptr<PlatformTables>> TableProjections::all_tables() const {
  const std::shared_lock lock(tables_lock_);
  std::vector<std::shared_ptr<PlatformTables>> all;
  for (const auto& [id, tables] : tables_) all.push_back(tables);
  return all;
}

std::vector<PlatformId> TableProjections::platform_ids() const {
  const std::shared_lock lock(tables_lock_);
  std::vector<PlatformId> ids;
  for (const auto& [id, tables] : tables_) ids.push_back(id);
  return ids;
}

}  // namespace annals
