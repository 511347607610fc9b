#pragma once

#include "projections/kinds/kind_views.hpp"

namespace annals {

template <>
struct KindViews<Favorite> {
  static constexpr std::string_view name = "Favorites";
  static constexpr ViewId records = view::favorites;
  static constexpr ViewId uniques = view::favorite_targets;
  static constexpr ViewId references = view::favorite_references;
};

/// They go with what they mark, and follow a person into the one that it is merged into.
struct Favorites : RecordsOf<Favorite> {
  using Events = EventSet<FavoriteAdded, FavoriteRemoved, PersonDeleted, PersonErased, PersonMerged, PersonUnmerged,
                          OrganizationDeleted, DealDeleted>;
  using RecordsOf::on;
  void on(const PersonDeleted& event, const RecordedEvent& recorded);
  void on(const PersonErased& event, const RecordedEvent& recorded);
  void on(const PersonMerged& event, const RecordedEvent& recorded);
  void on(const PersonUnmerged& event, const RecordedEvent& recorded);
  void on(const OrganizationDeleted& event, const RecordedEvent& recorded);
  void on(const DealDeleted& event, const RecordedEvent& recorded);

 private:
  void go(const Reference& target);
  void forget_dropped(PersonId duplicate);
  void point(std::span<const std::uint64_t> favorites, PersonId person);
  void drop(FavoriteId id, PersonId duplicate);
  void restore(FavoriteId id, PersonId duplicate);
};
Projection favorites_projection();

}  // namespace annals
