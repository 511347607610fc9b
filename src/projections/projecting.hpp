#pragma once

#include <type_traits>
#include <variant>

#include "core/sealing.hpp"
#include "events/commit.hpp"
#include "projections/view_keys.hpp"
#include "projections/view_rows.hpp"
#include "storage/byte_store.hpp"

/// How a projection is written: the events that it handles, and one function `on` for each of them.
namespace annals {

template <class... Events>
struct EventSet {
  template <class Event>
  static constexpr bool has = (std::is_same_v<Event, Events> || ...);
};

/// Where a projection stands while it applies one commit.
struct Projecting {
  PlatformId platform;
  ViewChanges& views;
  const Digester& digester;
  UserId by{};          ///< whose commit it is; 0: the server itself, or somebody without credentials
  Position position{};  ///< of the event that is applied
};

template <class Handler>
void apply_to(const Commit& commit, ViewChanges& views, const Digester& digester) {
  Handler handler{{commit.header.frame.platform, views, digester, commit.header.actor.user}};
  for (std::size_t at = 0; at < commit.events.size(); ++at) {
    const auto& recorded = commit.events[at];
    handler.position = commit.position_of(at);
    std::visit(
        [&]<class Event>(const Event& event) {
          if constexpr (Handler::Events::template has<Event>) handler.on(event, recorded);
        },
        recorded.event);
  }
}

/// Puts a record with its personal part, or as erased when that is gone.
template <class Row, class Details>
void put_record(const Projecting& to, ViewId view, std::string_view key, const Row& row,
                const std::optional<Details>& details) {
  if (details) {
    to.views.put_sealed(to.platform, view, key, pack(row), row.slot, pack(*details));
  } else {
    to.views.put_erased(to.platform, view, key, pack(row), row.slot);
  }
}

/// A record of a view whose sealed part is a struct.
template <class Row, class Details>
struct Opened {
  Row row;
  std::optional<Details> details;  ///< nullopt: none, or erased
};

template <class Row, class Details>
Opened<Row, Details> opened(const StoredValue& value) {
  return {unpack<Row>(value.plain), value.data ? std::optional(unpack<Details>(*value.data)) : std::nullopt};
}

template <class Row, class Details>
std::optional<Opened<Row, Details>> open_record(const ViewReader& views, PlatformId platform, ViewId view,
                                                std::string_view key) {
  const auto value = views.get(platform, view, key);
  return value ? std::optional(opened<Row, Details>(*value)) : std::nullopt;
}

/// Where a person or an organization stands, found by its id.
struct IdEntry {
  Ordinal ordinal;
  bool there = true;  ///< neither deleted nor erased
  static void parts(auto& self, auto&& all) { all(self.ordinal, self.there); }
};

inline std::optional<IdEntry> id_entry(const ViewReader& views, PlatformId platform, ViewId view, const Uuid& id) {
  const auto found = views.get_plain(platform, view, key_of(id));
  return found ? std::optional(unpack<IdEntry>(*found)) : std::nullopt;
}

template <class T>
void change_to(T& value, const std::optional<T>& change) {
  if (change) value = *change;
}

}  // namespace annals
