#pragma once

#include <algorithm>

#include "commands/person/relations.hpp"

namespace annals {

/// A user has one favorite of a person at most. Whose they are is nobody else's business: answers do not count them.
class FavoriteRelation : public Relation {
 public:
  std::string_view name() const override { return Favorite::relation; }

  MovedRecords moved(const State& state, PersonId duplicate, PersonId primary,
                     std::span<const MovedRecords> moved_before) const override {
    MovedRecords records{std::string(name()), {}, {}};
    for (const auto id : state.kinds().referring(Favorite{}, duplicate)) {
      const auto user = state.kinds().record(id)->plain.user;
      const bool there = has(state, user, primary) || was_moved(state, user, moved_before);
      (there ? records.dropped : records.moved).push_back(id.value);
    }
    return records;
  }

  std::uint64_t count(const MovedRecords&) const override { return 0; }

  ReturnedRecords returned(const State& state, PersonId duplicate, PersonId primary,
                           const MovedRecords& records) const override {
    ReturnedRecords back{std::string(name()), {}, records.dropped, {}};
    for (const auto id : records.moved) {
      const auto favorite = state.kinds().record(FavoriteId{id});
      if (!favorite) continue;
      const bool goes = favorite->plain.person == primary && !has(state, favorite->plain.user, duplicate);
      (goes ? back.returned : back.kept).push_back(id);
    }
    return back;
  }

 private:
  static bool has(const State& state, UserId user, PersonId person) {
    RecordCreated<Favorite>::Plain plain;
    plain.user = user;
    plain.person = person;
    return state.kinds().record_with(Favorite{}, Favorite::unique(plain, {})).has_value();
  }
  static bool was_moved(const State& state, UserId user, std::span<const MovedRecords> moved_before) {
    return std::ranges::any_of(moved_before, [&](const MovedRecords& before) {
      return std::ranges::any_of(
          before.moved, [&](std::uint64_t id) { return state.kinds().record(FavoriteId{id})->plain.user == user; });
    });
  }
};

}  // namespace annals
