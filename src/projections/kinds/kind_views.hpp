#pragma once

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
/// (digest → id), `references` (reference ‖ id) and `due` (time ‖ id).
template <class Kind>
struct KindViews;

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

template <class KindType>
struct KindRecord : RecordRow<KindType> {
  using Kind = KindType;
  typename RecordCreated<Kind>::Texts texts;  ///< empty once erased
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
  return KindRecord<Kind>{std::move(record.row),
                          std::move(record.details).value_or(typename RecordCreated<Kind>::Texts{})};
}

template <class Kind>
std::optional<KindRecord<Kind>> read_record(const ViewReader& views, PlatformId platform, typename Kind::Id id) {
  const auto stored = views.get(platform, KindViews<Kind>::records, key_of(id));
  return stored ? record_of<Kind>(*stored) : std::nullopt;
}

/// Those not deleted, by id.
template <class Kind>
std::vector<KindRecord<Kind>> all_records(const ViewReader& views, PlatformId platform) {
  std::vector<KindRecord<Kind>> found;
  for (auto at = views.scan(platform, KindViews<Kind>::records, {}); at->valid(); at->next()) {
    if (at->key() == kNextKey) continue;
    if (auto record = record_of<Kind>(at->value())) found.push_back(*std::move(record));
  }
  return found;
}

/// Those that refer to it, by id.
template <class Kind>
std::vector<typename Kind::Id> referring(const ViewReader& views, PlatformId platform, const Reference& to) {
  std::vector<typename Kind::Id> found;
  if constexpr (HasReferences<Kind>) {
    const auto prefix = key_of(to);
    for (auto at = views.scan(platform, KindViews<Kind>::references, prefix); at->valid(); at->next()) {
      found.push_back(typename Kind::Id{read_big_endian(at->key().substr(prefix.size()))});
    }
  }
  return found;
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
    put(record);
    count_used(views, platform, KindViews<Kind>::records, event.id);
  }
  void on(const RecordUpdated<Kind>& event, const RecordedEvent& recorded) {
    change(event.id, recorded, [&](Open& record) {
      change_fields(record.row.plain, event.plain);
      change_to(record.row.metadata_keys, event.metadata_keys);
      if (!event.texts) return;
      if (!event.texts->data) record.details.reset();
      if (record.details) change_fields(*record.details, *event.texts->data);
    });
  }
  void on(const RecordDeleted<Kind>& event, const RecordedEvent& recorded) {
    auto row = read_row<Kind>(views, platform, event.id);
    if (!row) return;
    row->version = recorded.version;
    remove(*row);
  }

 protected:
  /// Does nothing to a record that is deleted.
  void change(typename Kind::Id id, const RecordedEvent& recorded, auto&& with) {
    rewrite(id, [&](Open& record) {
      with(record);
      record.row.version = recorded.version;
      record.row.updated_at = recorded.recorded_at;
    });
  }
  /// The same, because of an event of another stream.
  void rewrite(typename Kind::Id id, auto&& with) {
    auto record = open_record<RecordRow<Kind>, Texts>(views, platform, KindViews<Kind>::records, key_of(id));
    if (!record || record->row.deleted) return;
    refer_no_more(record->row);
    with(*record);
    put(*record);
  }
  void remove(const RecordRow<Kind>& row) {
    refer_no_more(row);
    if constexpr (HasUnique<Kind>) {
      move_digest(views, platform, KindViews<Kind>::uniques, row.unique_digest, {}, row.id);
    }
    RecordRow<Kind> tombstone;
    tombstone.id = row.id;
    tombstone.version = row.version;
    tombstone.slot = row.slot;
    tombstone.deleted = true;
    views.put(platform, KindViews<Kind>::records, key_of(row.id), pack(tombstone));
  }

  void put(Open& record) {
    auto& row = record.row;
    if constexpr (HasUnique<Kind>) {
      std::optional<Digest128> unique;
      if (record.details) unique = unique_digest<Kind>(digester, platform, Kind::unique(row.plain, *record.details));
      move_digest(views, platform, KindViews<Kind>::uniques, row.unique_digest, unique, row.id);
      row.unique_digest = unique;
    }
    refer(row);
    put_record(*this, KindViews<Kind>::records, key_of(row.id), row, record.details);
  }

 private:
  void refer(const RecordRow<Kind>& row) {
    if constexpr (HasReferences<Kind>) {
      Kind::references(row.plain, [&](const auto& to) {
        views.put(platform, KindViews<Kind>::references, reference_key(to, row.id), {});
      });
    }
    if constexpr (HasDue<Kind>) {
      if (const auto at = Kind::due_at(row.plain)) views.put(platform, KindViews<Kind>::due, due_key(*at, row.id), {});
    }
  }
  void refer_no_more(const RecordRow<Kind>& row) {
    if constexpr (HasReferences<Kind>) {
      Kind::references(row.plain, [&](const auto& to) {
        views.erase(platform, KindViews<Kind>::references, reference_key(to, row.id));
      });
    }
    if constexpr (HasDue<Kind>) {
      if (const auto at = Kind::due_at(row.plain)) views.erase(platform, KindViews<Kind>::due, due_key(*at, row.id));
    }
  }
  static std::string reference_key(const Reference& to, typename Kind::Id id) { return key_of(to) + key_of(id); }
  static std::string due_key(Timestamp at, typename Kind::Id id) { return key_of(at) + key_of(id); }
};

/// Of which views the kind has.
template <class Kind>
std::vector<ViewId> views_of() {
  std::vector<ViewId> views{KindViews<Kind>::records};
  if constexpr (HasUnique<Kind>) views.push_back(KindViews<Kind>::uniques);
  if constexpr (HasReferences<Kind>) views.push_back(KindViews<Kind>::references);
  if constexpr (HasDue<Kind>) views.push_back(KindViews<Kind>::due);
  return views;
}

template <class Kind, class Handler = RecordsOf<Kind>>
Projection projection_of() {
  return {KindViews<Kind>::name, views_of<Kind>(), apply_to<Handler>};
}

}  // namespace annals
