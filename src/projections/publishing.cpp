#include <algorithm>
#include <map>
#include <mutex>
#include <shared_mutex>
#include <stdexcept>

#include "projections/live_projections.hpp"
#include "projections/view_ids.hpp"
#include "projections/view_keys.hpp"

/// How the tables come to be: built from the views at the start, moved by every commit from then on.
namespace annals {
namespace {

constexpr std::uint64_t kProgressStride = 1 << 16;

/// Says now and then how many of all rows are read.
class Progress {
 public:
  Progress(const std::function<void(std::uint64_t, std::uint64_t)>& tell, std::uint64_t of) : tell_(tell), of_(of) {}
  void step() {
    if (++done_ % kProgressStride == 0) say();
  }
  void say() const {
    if (tell_) tell_(done_, std::max(done_, of_));
  }

 private:
  const std::function<void(std::uint64_t, std::uint64_t)>& tell_;
  std::uint64_t done_ = 0;
  std::uint64_t of_;
};

template <class Row, class Table>
void load_rows(const ViewReader& views, PlatformId platform, ViewId view, Table& table, Progress& progress) {
  for (auto at = views.scan(platform, view, {}); at->valid(); at->next()) {
    if (at->key() == kNextKey) continue;
    table.load(unpack<Row>(at->plain()));
    progress.step();
  }
}

void load_tables(const ViewReader& views, PlatformId platform, PlatformTables& tables, Progress& progress) {
  load_rows<OrganizationRow>(views, platform, view::organizations, tables.organizations, progress);
  tables.organizations.loaded();
  load_rows<PersonRow>(views, platform, view::persons, tables.persons, progress);
  tables.persons.loaded();
  load_rows<InvitationRow>(views, platform, view::invitations, tables.invitations, progress);
  tables.applied = applied_position(platform, views);
}

std::uint64_t rows_of(const ViewReader& views, PlatformId platform) {
  return next_of(views, platform, view::organization_ids, Ordinal{0}).value +
         next_of(views, platform, view::person_ids, Ordinal{0}).value +
         next_of(views, platform, view::invitations, InvitationId{1}).value - 1;
}

/// Moves the tables of one platform by one event; the events that change no table do nothing here.
struct MoveTables {
  PlatformId platform;
  const Digester& digester;
  PlatformTables& tables;
  Timestamp at;

  template <class Event>
  void operator()(const Event& event) const {
    if constexpr (std::is_same_v<Event, PersonErased>) {
      for (const auto id : event.invitations) tables.invitations.forget_email(id);
    }
    if constexpr (requires { tables.persons.on(event, at); }) {
      tables.persons.on(event, at);
    } else if constexpr (requires { tables.organizations.on(event, at); }) {
      tables.organizations.on(event, at);
    } else if constexpr (std::is_same_v<Event, InvitationIssued>) {
      std::optional<Digest128> email;
      if (event.details.data) email = email_digest(digester, platform, event.details.data->email);
      tables.invitations.issued(event.invitation, event.expires_at, email);
    } else if constexpr (std::is_same_v<Event, InvitationRevoked> || std::is_same_v<Event, InvitationExpired>) {
      tables.invitations.closed(event.invitation);
    }
  }
};

}  // namespace

void TableProjections::load(std::span<const PlatformId> platforms,
                            const std::function<void(std::uint64_t, std::uint64_t)>& progress) {
  const auto views = store_.snapshot();
  std::uint64_t rows = 0;
  for (const auto platform : platforms) rows += rows_of(*views, platform);
  Progress told(progress, rows);
  key_uses_.load(*views, platforms);
  AccessTable access;
  access.load_server(*views);
  Tables tables;
  std::uint64_t open_invitations = 0;
  for (const auto platform : platforms) {
    access.load_platform(*views, platform);
    auto loaded = std::make_shared<PlatformTables>();
    load_tables(*views, platform, *loaded, told);
    open_invitations += loaded->invitations.open;
    tables.insert_or_assign(platform, std::move(loaded));
  }
  told.say();
  {
    const std::unique_lock lock(access_lock_);
    std::swap(access_, access);
  }
  {
    const std::unique_lock lock(tables_lock_);
    std::swap(tables_, tables);
  }
  active_invitations_ = open_invitations;
}

void TableProjections::publish(std::span<const Commit* const> commits) {
  publish_access(commits);
  std::map<PlatformId, std::vector<const Commit*>> by_platform;
  for (const auto* commit : commits) by_platform[commit->header.frame.platform].push_back(commit);
  for (const auto& [platform, own] : by_platform) publish_rows(platform, own);
}

void TableProjections::publish_rows(PlatformId platform, std::span<const Commit* const> commits) {
  const auto tables = make_tables_of(platform);
  const std::unique_lock lock(tables->lock);
  const auto open_before = tables->invitations.open;
  for (const auto* commit : commits) {
    const auto first = commit->header.frame.first;
    if (first <= tables->applied) continue;  // loaded already
    if (first.value != tables->applied.value + 1) throw std::logic_error("a commit was not published");
    for (const auto& recorded : commit->events) {
      std::visit(MoveTables{platform, digester_, *tables, recorded.recorded_at}, recorded.event);
    }
    tables->applied.value += commit->events.size();
  }
  active_invitations_ += tables->invitations.open - open_before;
}

void TableProjections::publish_access(std::span<const Commit* const> commits) {
  const auto concerned = [](const Commit* commit) {
    return std::any_of(commit->events.begin(), commit->events.end(),
                       [](const RecordedEvent& recorded) { return AccessTable::concerns(recorded.event); });
  };
  if (std::none_of(commits.begin(), commits.end(), concerned)) return;
  const std::unique_lock lock(access_lock_);
  for (const auto* commit : commits) {
    for (const auto& recorded : commit->events) {
      access_.on(recorded.event, store_.latest(), commit->header.frame.platform);
    }
  }
}

std::shared_ptr<PlatformTables> TableProjections::tables_of(PlatformId platform) const {
  static const auto none = std::make_shared<PlatformTables>();
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
  return tables_.try_emplace(platform, std::make_shared<PlatformTables>()).first->second;
}

std::vector<PlatformId> TableProjections::platform_ids() const {
  const std::shared_lock lock(tables_lock_);
  std::vector<PlatformId> ids;
  for (const auto& [id, tables] : tables_) ids.push_back(id);
  return ids;
}

}  // namespace annals
