#pragma once

#include <concepts>
#include <optional>
#include <string>
#include <vector>

#include "events/record_kinds.hpp"
#include "projections/projecting.hpp"
#include "projections/projections.hpp"
#include "projections/view_ids.hpp"

/// How the records of a kind of events/record_kinds.hpp stand in the views: by id, and by what must be unique.
namespace annals {

/// Specialised for each kind: `name` of its projection, `records` (by id), and where the kind has them `uniques`
/// (digest → id), `references` (reference ‖ id), `due` (time ‖ id), and where they have a history `positions` (id ‖
/// position).
template <class Kind>
struct KindViews;

template <class Kind>
concept HasHistory = requires { KindViews<Kind>::positions; };

/// How a reference begins the keys of those that refer to it.
inline std::string key_of(const Reference& reference) {
  const auto key = [](const auto& id) { return std::string(key_of(id)); };
  return static_cast<char>('a' + reference.index()) + std::visit(key, reference);
}

template <class Kind>
struct RecordRow {
  typename Kind::Id id;
  StreamVersion version;
  SlotId slot;
  bool deleted = false;  ///< then nothing below means anything
  Timestamp created_at;
  Timestamp updated_at;
  typename RecordCreated<Kind>::Plain plain;
  std::vector<Digest128> metadata_keys;
  std::optional<Digest128> unique_digest;
  bool operator==(const RecordRow&) const = default;
  static void parts(auto& self, auto&& all) {
    all(self.id, self.version, self.slot, self.deleted, self.created_at, self.updated_at, self.plain,
        self.metadata_keys, self.unique_digest);
  }
};

/// What an update says of the row. Under another slot it writes the texts anew, after they were erased.
template <class Kind>
void update_row(RecordRow<Kind>& row, const RecordUpdated<Kind>& event) {
  change_fields(row.plain, event.plain);
  change_to(row.metadata_keys, event.metadata_keys);
  if (event.texts) row.slot = event.texts->slot;
}

/// What stays of a deleted record.
template <class Kind>
RecordRow<Kind> tombstone_of(const RecordRow<Kind>& row) {
  RecordRow<Kind> tombstone;
  tombstone.id = row.id;
  tombstone.version = row.version;
  tombstone.slot = row.slot;
  tombstone.deleted = true;
  return tombstone;
}

template <class KindType>
struct KindRecord : RecordRow<KindType> {
  using Kind = KindType;
  typename RecordCreated<Kind>::Texts texts;  ///< empty once erased
  bool erased = false;
};

template <class Kind>
Digest128 unique_digest(const Digester& digester, PlatformId platform, std::string_view unique) {
  std::string named(Kind::name);
  named += '\0';
  named += unique;
  return digester.short_digest(platform, DigestPurpose::record_code, named);
}

/// The row as it stands, also of a deleted record. Opens nothing.
template <class Kind>
std::optional<RecordRow<Kind>> read_row(const ViewReader& views, PlatformId platform, typename Kind::Id id) {
  const auto plain = views.get_plain(platform, KindViews<Kind>::records, key_of(id));
  return plain ? std::optional(unpack<RecordRow<Kind>>(*plain)) : std::nullopt;
}

template <class Kind>
std::optional<KindRecord<Kind>> record_of(const StoredValue& stored) {
  auto record = opened<RecordRow<Kind>, typename RecordCreated<Kind>::Texts>(stored);
  if (record.row.deleted) return std::nullopt;
  const bool erased = !record.details;
  return KindRecord<Kind>{std::move(record.row),
                          std::move(record.details).value_or(typename RecordCreated<Kind>::Texts{}), erased};
}

template <class Kind>
std::optional<KindRecord<Kind>> read_record(const ViewReader& views, PlatformId platform, typename Kind::Id id) {
  const auto stored = views.get(platform, KindViews<Kind>::records, key_of(id));
  return stored ? record_of<Kind>(*stored) : std::nullopt;
}

/// Those not deleted, by id.
template <class Kind>
void walk_records(const ViewReader& views, PlatformId platform, auto&& with) {
  for (auto at = views.scan(platform, KindViews<Kind>::records, {}); at->valid(); at->next()) {
    if (at->key() == kNextKey) continue;
    if (auto record = record_of<Kind>(at->value())) with(*std::move(record));
  }
}
template <class Kind>
std::vector<KindRecord<Kind>> all_records(const ViewReader& views, PlatformId platform) {
  std::vector<KindRecord<Kind>> found;
  walk_records<Kind>(views, platform, [&](KindRecord<Kind> record) { found.push_back(std::move(record)); });
  return found;
}

/// What a reference says of a record that is deleted and has a slot of its own: erasing a person must find it still.
inline constexpr std::string_view kGoneReference = "gone";

/// Those that refer to it, by id, and when `gone` those that did when they were deleted.
template <class Kind>
std::vector<typename Kind::Id> references_to(const ViewReader& views, PlatformId platform, const Reference& to,
                                             bool gone) {
  std::vector<typename Kind::Id> found;
  if constexpr (HasReferences<Kind>) {
    const auto prefix = key_of(to);
    for (auto at = views.scan(platform, KindViews<Kind>::references, prefix); at->valid(); at->next()) {
      if (!gone && at->plain() == kGoneReference) continue;
      found.push_back(typename Kind::Id{read_big_endian(at->key().substr(prefix.size()))});
    }
  }
  return found;
}
template <class Kind>
std::vector<typename Kind::Id> referring(const ViewReader& views, PlatformId platform, const Reference& to) {
  return references_to<Kind>(views, platform, to, false);
}
template <class Kind>
std::vector<typename Kind::Id> ever_referring(const ViewReader& views, PlatformId platform, const Reference& to) {
  return references_to<Kind>(views, platform, to, true);
}

/// Those whose Kind::due_at is not behind `now`, earliest first.
template <class Kind>
std::vector<typename Kind::Id> due_records(const ViewReader& views, PlatformId platform, Timestamp now,
                                           std::size_t limit) {
  std::vector<typename Kind::Id> due;
  if constexpr (HasDue<Kind>) {
    const auto behind = key_of(now + std::chrono::microseconds(1));
    for (auto at = views.scan(platform, KindViews<Kind>::due, {}); at->valid() && due.size() < limit; at->next()) {
      if (at->key() >= behind) break;
      due.push_back(typename Kind::Id{read_big_endian(at->key().substr(behind.size()))});
    }
  }
  return due;
}

template <class Kind>
std::optional<typename Kind::Id> record_with(const ViewReader& views, PlatformId platform, const Digester& digester,
                                             std::string_view unique) {
  if constexpr (HasUnique<Kind>) {
    return find_by<typename Kind::Id>(views, platform, KindViews<Kind>::uniques,
                                      unique_digest<Kind>(digester, platform, unique));
  } else {
    return std::nullopt;
  }
}

/// Where the events of the record's stream stand in the log, and those that moved it to another person, in their order.
template <HasHistory Kind>
std::vector<Position> positions_of(const ViewReader& views, PlatformId platform, typename Kind::Id id) {
  std::vector<Position> found;
  const auto prefix = key_of(id);
  for (auto at = views.scan(platform, KindViews<Kind>::positions, prefix); at->valid(); at->next()) {
    found.push_back(Position{read_big_endian(at->key().substr(prefix.size()))});
  }
  return found;
}

template <class Kind>
typename Kind::Id next_record_id(const ViewReader& views, PlatformId platform) {
  return next_of(views, platform, KindViews<Kind>::records, typename Kind::Id{1});
}

/// What the three events of a kind do. A kind that other events concern too derives from it.
template <class Kind>
struct RecordsOf : Projecting {
  using Events = EventSet<RecordCreated<Kind>, RecordUpdated<Kind>, RecordDeleted<Kind>>;
  using Texts = typename RecordCreated<Kind>::Texts;
  using Open = Opened<RecordRow<Kind>, Texts>;

  void on(const RecordCreated<Kind>& event, const RecordedEvent& recorded) {
    Open record;
    auto& row = record.row;
    row.id = event.id;
    row.version = recorded.version;
    row.slot = event.texts.slot;
    row.created_at = recorded.recorded_at;
    row.updated_at = recorded.recorded_at;
    row.plain = event.plain;
    row.metadata_keys = event.metadata_keys;
    record.details = event.texts.data;
    note_position(row.id);
    put(record);
    count_used(views, platform, KindViews<Kind>::records, event.id);
  }
  void on(const RecordUpdated<Kind>& event, const RecordedEvent& recorded) {
    change(event.id, recorded, [&](Open& record) {
      if (event.texts && event.texts->slot != record.row.slot) record.details.emplace();
      update_row(record.row, event);
      if (!event.texts) return;
      if (!event.texts->data) record.details.reset();
      if (record.details) change_fields(*record.details, *event.texts->data);
    });
  }
  void on(const RecordDeleted<Kind>& event, const RecordedEvent& recorded) {
    auto row = read_row<Kind>(views, platform, event.id);
    if (!row) return;
    row->version = recorded.version;
    note_position(row->id);
    remove(*row);
  }

 protected:
  /// Does nothing to a record that is deleted.
  void change(typename Kind::Id id, const RecordedEvent& recorded, auto&& with) {
    go_along(id, [&](Open& record) {
      with(record);
      note_position(id);
      record.row.version = recorded.version;
      record.row.updated_at = recorded.recorded_at;
    });
  }
  /// By an event of another record's stream: version and updated_at stay.
  void go_along(typename Kind::Id id, auto&& with) {
    auto record = open_record<RecordRow<Kind>, Texts>(views, platform, KindViews<Kind>::records, key_of(id));
    if (!record || record->row.deleted) return;
    refer_no_more(record->row);
    plan_no_more(record->row);
    with(*record);
    put(*record);
  }
  /// The record has lost what it referred to: `ever_referring` finds it there still.
  void note_gone(const Reference& to, typename Kind::Id id) {
    views.put(platform, KindViews<Kind>::references, reference_key(to, id), kGoneReference);
  }
  void note_position(typename Kind::Id id) {
    if constexpr (HasHistory<Kind>) {
      views.put(platform, KindViews<Kind>::positions, key_of(id) + key_of(position), {});
    }
  }
  void remove(const RecordRow<Kind>& row) {
    HasOwnSlot<Kind> ? refer(row, kGoneReference) : refer_no_more(row);
    plan_no_more(row);
    if constexpr (HasUnique<Kind>) {
      move_digest(views, platform, KindViews<Kind>::uniques, row.unique_digest, {}, row.id);
    }
    views.put(platform, KindViews<Kind>::records, key_of(row.id), pack(tombstone_of(row)));
  }

  void put(Open& record) {
    auto& row = record.row;
    if constexpr (HasUnique<Kind>) {
      std::optional<Digest128> unique;
      if (record.details) unique = unique_digest<Kind>(digester, platform, Kind::unique(row.plain, *record.details));
      move_digest(views, platform, KindViews<Kind>::uniques, row.unique_digest, unique, row.id);
      row.unique_digest = unique;
    }
    refer(row, {});
    if (record.details) {
      plan(row);
    } else {
      row.metadata_keys.clear();  // what was erased says nothing to anybody, also not before it was
    }
    put_record(*this, KindViews<Kind>::records, key_of(row.id), row, record.details);
  }

 private:
  void refer(const RecordRow<Kind>& row, std::string_view how) {
    if constexpr (HasReferences<Kind>) {
      Kind::references(row.plain, [&](const auto& to) {
        views.put(platform, KindViews<Kind>::references, reference_key(to, row.id), how);
      });
    }
  }
  void refer_no_more(const RecordRow<Kind>& row) {
    if constexpr (HasReferences<Kind>) {
      Kind::references(row.plain, [&](const auto& to) {
        views.erase(platform, KindViews<Kind>::references, reference_key(to, row.id));
      });
    }
  }
  void plan(const RecordRow<Kind>& row) {
    if constexpr (HasDue<Kind>) {
      if (const auto at = Kind::due_at(row.plain)) views.put(platform, KindViews<Kind>::due, due_key(*at, row.id), {});
    }
  }
  void plan_no_more(const RecordRow<Kind>& row) {
    if constexpr (HasDue<Kind>) {
      if (const auto at = Kind::due_at(row.plain)) views.erase(platform, KindViews<Kind>::due, due_key(*at, row.id));
    }
  }
  static std::string reference_key(const Reference& to, typename Kind::Id id) { return key_of(to) + key_of(id); }
  static std::string due_key(Timestamp at, typename Kind::Id id) { return key_of(at) + key_of(id); }
};

/// Calls `with(id, person)` for each record of the kind that the event moves to another person.
template <AboutPersons Kind>
void for_each_moved(const PersonMerged& event, auto&& with) {
  for (const auto& records : event.relations) {
    if (records.relation != Kind::relation) continue;
    for (const auto id : records.moved) with(typename Kind::Id{id}, event.into);
  }
}
template <AboutPersons Kind>
void for_each_moved(const PersonUnmerged& event, auto&& with) {
  for (const auto& records : event.relations) {
    if (records.relation != Kind::relation) continue;
    for (const auto id : records.returned) with(typename Kind::Id{id}, event.person);
  }
}
template <AboutPersons Kind>
void for_each_erased(const PersonErased& event, auto&& with) {
  for (const auto& record : event.records) {
    if (record.kind == Kind::name) with(typename Kind::Id{record.id});
  }
}

/// Of a kind about persons.
template <AboutPersons Kind>
struct RecordsAboutPersons : RecordsOf<Kind> {
  using RecordsOf<Kind>::on;
  using Open = typename RecordsOf<Kind>::Open;
  template <class Event>
    requires std::same_as<Event, PersonMerged> || std::same_as<Event, PersonUnmerged>
  void on(const Event& event, const RecordedEvent&) {
    for_each_moved<Kind>(event, [this](typename Kind::Id id, PersonId person) {
      this->go_along(id, [&](Open& record) {
        this->note_position(id);
        record.row.plain.person = person;
      });
    });
  }
  void on(const PersonErased& event, const RecordedEvent&) {
    for_each_erased<Kind>(
        event, [this](typename Kind::Id id) { this->go_along(id, [](Open& record) { record.details.reset(); }); });
  }
};

/// Of which views the kind has.
template <class Kind>
std::vector<ViewId> views_of() {
  std::vector<ViewId> views{KindViews<Kind>::records};
  if constexpr (HasUnique<Kind>) views.push_back(KindViews<Kind>::uniques);
  if constexpr (HasReferences<Kind>) views.push_back(KindViews<Kind>::references);
  if constexpr (HasDue<Kind>) views.push_back(KindViews<Kind>::due);
  if constexpr (HasHistory<Kind>) views.push_back(KindViews<Kind>::positions);
  return views;
}

template <class Kind, class Handler = RecordsOf<Kind>>
Projection projection_of() {
  return {KindViews<Kind>::name, views_of<Kind>(), apply_to<Handler>};
}

}  // namespace annals
