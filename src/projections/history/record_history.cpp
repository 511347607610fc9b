#include "projections/history/record_history.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "core/json.hpp"
#include "projections/history/record_replay.hpp"
#include "projections/kinds/deals.hpp"
#include "projections/kinds/lead_sources.hpp"
#include "projections/organization_directory.hpp"
#include "projections/person_directory.hpp"
#include "projections/record_text.hpp"
#include "projections/view_ids.hpp"

namespace annals {
namespace {

/// The members of a record that may change, as the API shows them.
using Fields = std::vector<std::pair<std::string, std::string>>;

struct State {
  Fields fields;
  bool erased = false;  ///< the personal ones are not known any more
};

Fields changeable(std::string_view json, bool erased) {
  constexpr std::array<std::string_view, 4> kKept = {"id", "platform", "created_at", "updated_at"};
  constexpr std::array<std::string_view, 11> kPersonal = {"name",      "primary_email", "emails",     "contact_numbers",
                                                          "job_title", "unique_id",     "metadata",   "address",
                                                          "title",     "description",   "lost_reason"};
  const auto in = [](const auto& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  Fields fields;
  for (const auto& [name, value] : json_members(json)) {
    if (!in(kKept, name) && !(erased && in(kPersonal, name))) fields.emplace_back(name, value);
  }
  return fields;
}

/// Whether or not its organization is still there.
State state_of(const ViewReader& views, PlatformId platform, PersonId id) {
  const auto row = read_person_row(views, platform, id);
  if (!row) return {};
  if (row->deleted) return {{}, row->erased};
  if (row->erased) return {changeable(own_person(person_text(platform, *row, PersonDetails{})), true), true};
  const auto stored = views.get(platform, view::persons, key_of(row->ordinal));
  return {changeable(own_person(stored->data.value()), false)};
}

State state_of(const ViewReader& views, PlatformId platform, OrganizationId id) {
  const auto row = read_organization_row(views, platform, id);
  if (!row || row->deleted) return {};
  if (row->erased) {
    return {changeable(own_organization(organization_text(platform, *row, OrganizationDetails{})), true), true};
  }
  const auto stored = views.get(platform, view::organizations, key_of(row->ordinal));
  return {changeable(own_organization(stored->data.value()), false)};
}

State state_of(const ViewReader& views, PlatformId platform, DealId id) {
  const auto deal = read_record<Deal>(views, platform, id);
  if (!deal) return {};
  return {changeable(unjoined_text(platform, *deal), deal->erased), deal->erased};
}

/// That something which a record refers to is no longer there is an event of that alone: the field reads null from then
/// on.
struct Dissolution {
  Position at;
  std::string_view field;
};

std::optional<Position> deletion_of(const HistoryContext& context, std::optional<OrganizationId> id) {
  const auto row = id ? read_organization_row(context.views, context.platform, *id) : std::nullopt;
  if (!row || !row->deleted) return std::nullopt;
  return positions_of(context, row->id).back();
}
std::optional<Position> deletion_of(const HistoryContext& context, std::optional<PersonId> id) {
  const auto row = id ? read_person_row(context.views, context.platform, *id) : std::nullopt;
  if (!row || !row->deleted) return std::nullopt;
  return positions_of(context, row->id).back();
}
std::optional<Position> deletion_of(const HistoryContext& context, std::optional<LeadSourceId> id) {
  const auto row = id ? read_row<LeadSource>(context.views, context.platform, *id) : std::nullopt;
  if (!row || !row->deleted) return std::nullopt;
  return annals::positions_of<LeadSource>(context.views, context.platform, row->id).back();
}

/// Of what the record refers to, as `views` have it; in their order.
std::vector<Dissolution> dissolutions(const HistoryContext& context, const ViewReader& views, PersonId id) {
  const auto person = read_person_row(views, context.platform, id);
  const auto at = person ? deletion_of(context, person->organization) : std::nullopt;
  if (!at) return {};
  return {{*at, "organization"}};
}
std::vector<Dissolution> dissolutions(const HistoryContext&, const ViewReader&, OrganizationId) {
  return {};
}
std::vector<Dissolution> dissolutions(const HistoryContext& context, const ViewReader& views, DealId id) {
  std::vector<Dissolution> all;
  const auto deal = read_row<Deal>(views, context.platform, id);
  if (!deal) return all;
  if (const auto at = deletion_of(context, std::optional(deal->plain.person))) all.push_back({*at, "person"});
  if (const auto at = deletion_of(context, deal->plain.organization)) all.push_back({*at, "organization"});
  if (const auto at = deletion_of(context, deal->plain.source)) all.push_back({*at, "source"});
  std::ranges::sort(all, {}, &Dissolution::at);
  return all;
}

void clear(State& state, std::string_view field) {
  for (auto& [name, value] : state.fields) {
    if (name == field) value = "null";
  }
}

const std::string* value_of(const Fields& fields, std::string_view name) {
  const auto found = std::find_if(fields.begin(), fields.end(), [&](const auto& one) { return one.first == name; });
  return found == fields.end() ? nullptr : &found->second;
}

/// What holds objects is shown as its JSON text: whoever shows histories shows it as it is.
std::string shown_value(std::string_view json) {
  const auto is_object = [](std::string_view value) { return json_kind(value) == JsonKind::object; };
  const auto elements = json_kind(json) == JsonKind::array ? json_elements(json) : std::vector{json};
  return std::ranges::any_of(elements, is_object) ? quote_json(json) : std::string(json);
}

/// `"field":[old,new]` of what differs; what is not there is null.
class Changes {
 public:
  void note(std::string_view field, std::string_view before, std::string_view after) {
    if (before == after) return;
    if (!members_.empty()) members_ += ',';
    append_json_string(members_, field);
    members_.append(":[").append(shown_value(before)).append(",").append(shown_value(after)).append("]");
  }
  void note_all(const Fields& before, const Fields& after) {
    constexpr std::string_view kNull = "null";
    for (const auto& [name, value] : before) {
      if (value_of(after, name) == nullptr) note(name, value, kNull);
    }
    for (const auto& [name, value] : after) {
      const auto* old = value_of(before, name);
      note(name, old == nullptr ? kNull : std::string_view(*old), value);
    }
  }
  bool empty() const { return members_.empty(); }
  std::string json() && { return "{" + std::move(members_) + "}"; }

 private:
  std::string members_;
};

/// The persons that are merged into this one, as a change of a list.
class Duplicates {
 public:
  void on(const Event& event, Changes& changes) {
    const auto before = json();
    if (const auto* absorbed = std::get_if<PersonAbsorbed>(&event)) {
      ids_.insert(ids_.end(), absorbed->duplicates.begin(), absorbed->duplicates.end());
    }
    if (const auto* released = std::get_if<PersonReleased>(&event)) std::erase(ids_, released->duplicate);
    changes.note("duplicates", before, json());
  }

 private:
  std::string json() const {
    std::string all = "[";
    for (const auto& id : ids_) {
      if (all.size() > 1) all += ',';
      append_json_string(all, id.to_string());
    }
    return all + ']';
  }
  std::vector<PersonId> ids_;
};

std::string_view action_of(std::string_view type) {
  if (type.ends_with("Created")) return "create";
  if (type.ends_with("Deleted") || type.ends_with("Erased")) return "delete";
  return "update";
}

std::string entry_json(const RecordReplay::Applied& applied, std::string_view action, std::string changes, bool erased,
                       const Usernames& usernames) {
  const auto& recorded = applied.event();
  const auto type = type_of(recorded.event);
  std::optional<std::string> username;
  if (const auto user = applied.commit.header.actor.user; user.value != 0) username = usernames(user);
  ObjectText entry;
  entry.key("id").id(recorded.id);
  entry.key("position").number(applied.commit.position_of(applied.index).value);
  entry.key("timestamp").time(recorded.recorded_at);
  entry.key("action").text(action).key("event").text(type);
  entry.key("actor_username");
  username ? entry.text(*username) : entry.null();
  entry.key("changes").json(changes);
  if (erased) entry.key("erased").boolean(true);
  return std::move(entry).close();
}

/// The entries of one record's history while its events are applied, and those of dissolutions between them.
template <class Id>
class Entries {
 public:
  Entries(const HistoryContext& context, Id id, const Usernames& usernames)
      : context_(context), id_(id), usernames_(usernames), replay_(context) {}

  void add(Position position) {
    add_dissolutions_before(position);
    const auto applied = replay_.apply(position);
    const auto& event = applied.event().event;
    auto after = state_of(replay_.views(), context_.platform, id_);
    dissolutions_ = dissolutions(context_, replay_.views(), id_);
    std::erase_if(dissolutions_, [&](const Dissolution& gone) {
      const bool before = gone.at < position;
      if (before) clear(after, gone.field);
      return before;
    });
    auto changes = changes_to(std::move(after));
    duplicates_.on(event, changes);
    put(applied, action_of(type_of(event)), std::move(changes));
  }

  std::string newest_first() && {
    add_dissolutions_before(Position{UINT64_MAX});
    std::string all = "[";
    for (auto entry = entries_.rbegin(); entry != entries_.rend(); ++entry) {
      if (all.size() > 1) all += ',';
      all += *entry;
    }
    return all + ']';
  }

 private:
  void add_dissolutions_before(Position position) {
    for (const auto& gone : std::exchange(dissolutions_, {})) {
      if (position < gone.at) continue;  // what is applied next says anew which are to come
      auto after = state_;
      clear(after, gone.field);
      auto changes = changes_to(std::move(after));
      if (!changes.empty()) put(replay_.look_at(gone.at), "update", std::move(changes));
    }
  }
  Changes changes_to(State after) {
    Changes changes;
    changes.note_all(state_.fields, after.fields);
    state_ = std::move(after);
    return changes;
  }
  void put(const RecordReplay::Applied& applied, std::string_view action, Changes changes) {
    entries_.push_back(entry_json(applied, action, std::move(changes).json(), state_.erased, usernames_));
  }

  const HistoryContext& context_;
  Id id_;
  const Usernames& usernames_;
  RecordReplay replay_;
  Duplicates duplicates_;
  State state_;
  std::vector<Dissolution> dissolutions_;  ///< not among the entries yet
  std::vector<std::string> entries_;
};

template <class Id>
std::optional<std::string> history(const HistoryContext& context, Id id, const Usernames& usernames) {
  const auto positions = positions_of(context, id);
  if (positions.empty()) return std::nullopt;
  Entries entries(context, id, usernames);
  for (const auto position : positions) entries.add(position);
  return std::move(entries).newest_first();
}

}  // namespace

std::optional<std::string> person_history(const HistoryContext& context, PersonId id, const Usernames& usernames) {
  return history(context, id, usernames);
}

std::optional<std::string> organization_history(const HistoryContext& context, OrganizationId id,
                                                const Usernames& usernames) {
  return history(context, id, usernames);
}

std::optional<std::string> deal_history(const HistoryContext& context, DealId id, const Usernames& usernames) {
  return history(context, id, usernames);
}

std::optional<ShownRecord> person_as_of(const HistoryContext& context, PersonId id, Position until) {
  RecordReplay replay(context);
  replay.apply_with_tags_until(id, until);
  const auto row = read_person_row(replay.views(), context.platform, id);
  if (row && row->organization) replay.apply_until(*row->organization, until);
  return show_person(replay.views(), context.platform, id);
}

std::optional<ShownRecord> organization_as_of(const HistoryContext& context, OrganizationId id, Position until) {
  RecordReplay replay(context);
  replay.apply_with_tags_until(id, until);
  return show_organization(replay.views(), context.platform, id);
}

}  // namespace annals
