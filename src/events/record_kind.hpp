#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include "core/bytes.hpp"
#include "core/ids.hpp"
#include "events/describe.hpp"
#include "events/sealed.hpp"

/// Records that are created, updated and deleted by one event each. A kind of them is a struct that says its fields
/// once:
///
///   struct Stage {
///     using Id = StageId;
///     static constexpr std::string_view name = "stage";  // begins its streams and names its id in events
///     static constexpr std::string_view created = "StageCreated", updated = …, deleted = …;
///     template <template <class> class Of> struct Plain { Of<…> …; fields };  // numbered from 2; no metadata_keys
///     template <template <class> class Of> struct Texts { Of<…> …; fields };  // sealed; JSON texts among them
///     static std::string unique(plain, texts);        // if there is something that no two of a platform share
///     static void references(plain, auto&& with);     // if it refers to other records: with(id) for each
///     static std::optional<Timestamp> due_at(plain);  // if something is to be done about it at a time
///     static constexpr bool own_slot = true;          // sealed under its own key, not the platform's
///     static constexpr std::string_view relation = …; // if it refers to persons by `plain.person`, follows them when
///   };                                                // they are merged, and is erased with them: needs own_slot
///
/// One that is never updated has no `updated`, and no RecordUpdated.
///
/// Field numbers and type names are on disk and never change.
namespace annals {

/// How a field stands in a record, and in a change of one, where absent means: as before.
template <class T>
using Whole = T;
template <class T>
using Changed = std::optional<T>;

template <class KindType>
struct RecordCreated {
  using Kind = KindType;
  using Plain = typename Kind::template Plain<Whole>;
  using Texts = typename Kind::template Texts<Whole>;
  static constexpr std::string_view type = Kind::created;
  static constexpr std::uint16_t schema = 1;
  typename Kind::Id id;
  Plain plain;
  std::vector<Digest128> metadata_keys;
  Sealed<Texts> texts;
  bool operator==(const RecordCreated&) const = default;
  static constexpr void fields(auto& self, auto&& field) {
    field(1, Kind::name, self.id);
    Plain::fields(self.plain, field);
    field(40, "metadata_keys", self.metadata_keys);
    field.sealed(41, self.texts);
  }
};

template <class KindType>
struct RecordUpdated {
  using Kind = KindType;
  using Plain = typename Kind::template Plain<Changed>;
  using Texts = typename Kind::template Texts<Changed>;
  static constexpr std::string_view type = Kind::updated;
  static constexpr std::uint16_t schema = 1;
  typename Kind::Id id;
  Plain plain;
  std::optional<std::vector<Digest128>> metadata_keys;
  std::optional<Sealed<Texts>> texts;
  bool operator==(const RecordUpdated&) const = default;
  static constexpr void fields(auto& self, auto&& field) {
    field(1, Kind::name, self.id);
    Plain::fields(self.plain, field);
    field(40, "metadata_keys", self.metadata_keys);
    field.sealed(41, self.texts);
  }
};

template <class KindType>
struct RecordDeleted {
  using Kind = KindType;
  static constexpr std::string_view type = Kind::deleted;
  static constexpr std::uint16_t schema = 1;
  typename Kind::Id id;
  bool operator==(const RecordDeleted&) const = default;
  static constexpr void fields(auto& self, auto&& field) { field(1, Kind::name, self.id); }
};

template <class Kind>
concept HasUnique = requires(typename RecordCreated<Kind>::Plain plain, typename RecordCreated<Kind>::Texts texts) {
  Kind::unique(plain, texts);
};
template <class Kind>
concept HasReferences =
    requires(typename RecordCreated<Kind>::Plain plain) { Kind::references(plain, [](const auto&) {}); };
template <class Kind>
concept HasDue = requires(typename RecordCreated<Kind>::Plain plain) { Kind::due_at(plain); };
template <class Kind>
concept HasUpdates = requires { Kind::updated; };
template <class Kind>
concept HasOwnSlot = requires { requires Kind::own_slot; };

/// Records about persons: they follow a duplicate to the primary, and give up their texts with the person.
template <class Kind>
concept AboutPersons = HasOwnSlot<Kind> && requires { Kind::relation; };

/// A record that others refer to. Views may be rebuilt, but the order is part of their shape.
using Reference = std::variant<PersonId, OrganizationId, PipelineId, StageId, LeadSourceId, DealId, UserId>;

/// Where the fields of a struct stand, in the order in which it lists them.
template <class Pointer>
struct FieldPlaces {
  std::array<Pointer, kFieldsMax> at{};
  std::size_t count = 0;
  void operator()(std::uint32_t, std::string_view, auto& field) { at[count++] = &field; }
};

/// Of a change, what is something else than there is. `ChangedFields` and `WholeFields` are one kind's.
template <class ChangedFields, class WholeFields>
ChangedFields difference(ChangedFields wanted, const WholeFields& current) {
  FieldPlaces<const void*> places;
  WholeFields::fields(current, places);
  std::size_t next = 0;
  ChangedFields::fields(wanted, [&]<class T>(std::uint32_t, std::string_view, std::optional<T>& field) {
    const auto& there = *static_cast<const T*>(places.at[next++]);
    if (field && *field == there) field.reset();
  });
  return wanted;
}

template <class WholeFields, class ChangedFields>
void change_fields(WholeFields& current, const ChangedFields& change) {
  FieldPlaces<void*> places;
  WholeFields::fields(current, places);
  std::size_t next = 0;
  ChangedFields::fields(change, [&]<class T>(std::uint32_t, std::string_view, const std::optional<T>& field) {
    auto& there = *static_cast<T*>(places.at[next++]);
    if (field) there = *field;
  });
}

/// A change that says every field.
template <class ChangedFields, class WholeFields>
ChangedFields change_to_all(const WholeFields& wanted) {
  ChangedFields change;
  FieldPlaces<const void*> places;
  WholeFields::fields(wanted, places);
  std::size_t next = 0;
  ChangedFields::fields(change, [&]<class T>(std::uint32_t, std::string_view, std::optional<T>& field) {
    field = *static_cast<const T*>(places.at[next++]);
  });
  return change;
}

}  // namespace annals
