#include "app/subcommands/replay.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <unordered_map>
#include <vector>

#include "app/exit_codes.hpp"
#include "app/platform_keys.hpp"
#include "app/projection_upkeep.hpp"
#include "app/quarantined_events.hpp"
#include "events/commit.hpp"
#include "projections/commit_reading.hpp"
#include "projections/projections.hpp"
#include "projections/records.hpp"

namespace annals {
namespace {

/// Lines to standard output. Whoever read them may have seen enough: then nothing more is written.
class Lines {
 public:
  bool write(std::string line) {
    line += '\n';
    return std::fwrite(line.data(), 1, line.size(), stdout) == line.size();
  }
  bool end() { return std::fflush(stdout) == 0; }
};

class ActorNames {
 public:
  explicit ActorNames(const ViewReader& views) : views_(views) {}
  const std::optional<std::string>& of(UserId user) {
    const auto found = names_.find(user);
    if (found != names_.end()) return found->second;
    return names_.emplace(user, read(user)).first->second;
  }

 private:
  std::optional<std::string> read(UserId user) const {
    if (user.value == 0) return std::nullopt;
    const auto record = read_user(views_, user);
    if (!record || record->details.username.empty()) return std::nullopt;
    return record->details.username;
  }
  const ViewReader& views_;
  std::unordered_map<UserId, std::optional<std::string>> names_;
};

bool wanted(const RecordedEvent& event, Position position, const ReplayArguments& arguments) {
  return position.value >= arguments.from && (!arguments.to || position.value <= *arguments.to) &&
         (arguments.stream.empty() || event.stream == arguments.stream) &&
         (arguments.type.empty() || type_of(event.event) == arguments.type);
}

/// Whatever streams and types are wanted: which its events are of cannot be told. False: nobody reads any more.
bool print_quarantined(const CommitRecord& record, const std::string& key, const ReplayArguments& arguments,
                       const Sealer& sealer, Lines& lines) {
  for (auto at = record.frame.first; at <= record.frame.last(); ++at.value) {
    if (at.value < arguments.from || (arguments.to && at.value > *arguments.to)) continue;
    if (!lines.write(quarantined_event_json(record, at, key, sealer))) return false;
  }
  return true;
}

/// False: nobody reads any more.
bool print_platform(Store& store, PlatformId platform, const std::string& key, const ReplayArguments& arguments,
                    ActorNames& usernames, Lines& lines) {
  const auto cursor = store.log().read(platform, Position{arguments.from});
  while (const auto record = cursor->next()) {
    if (arguments.to && record->frame.first.value > *arguments.to) return true;
    if (record->quarantined) {
      if (!print_quarantined(*record, key, arguments, store.sealer(), lines)) return false;
      continue;
    }
    const auto commit = read_commit(*record, store.sealer());
    const EventNames names{key, usernames.of(commit.header.actor.user)};
    for (std::size_t i = 0; i < commit.events.size(); ++i) {
      if (!wanted(commit.events[i], commit.position_of(i), arguments)) continue;
      if (!lines.write(event_json(commit, i, record->hash, names))) return false;
    }
  }
  return true;
}

int end_of_output() {
  if (errno == EPIPE) return kDone;
  return fail(kUnusableData, "standard output cannot be written to; what was printed is not complete.");
}

}  // namespace

int replay(const Config& config, const ReplayArguments& arguments) {
  std::signal(SIGPIPE, SIG_IGN);
  auto store = Store::open_beside(config.store_options());
  if (!store) return fail(store.error());
  const PlatformKeys keys(**store);
  auto platforms = (*store)->log().platforms();
  if (!arguments.platform.empty()) {
    const auto only = keys.with_key(arguments.platform);
    if (!only) {
      return fail(kWrongUsage, fmt::format("there is no platform \"{}\" in {}; it has {}.", arguments.platform,
                                           config.data.string(), keys.listed()));
    }
    platforms = {*only};
  }
  // Names are read from the views, which a damaged file may have taken back to an earlier state.
  if (const auto shortage = views_fall_short(**store, keys)) return fail(kUnusableData, *shortage);
  ActorNames usernames((*store)->views().latest());
  Lines lines;
  for (const auto platform : platforms) {
    try {
      if (!print_platform(**store, platform, keys.of(platform), arguments, usernames, lines)) return end_of_output();
    } catch (const LogDamage& damage) {
      lines.end();
      return fail(damage, keys.of(damage.platform));
    }
  }
  return lines.end() ? kDone : end_of_output();
}

}  // namespace annals
