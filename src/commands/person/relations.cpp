#include "commands/person/relations.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace annals {
namespace {

/// Records that have a person, of which there may be any number.
template <class Kind>
class RecordsOfPerson : public Relation {
 public:
  std::string_view name() const override { return Kind::relation; }
  MovedRecords moved(const State& state, PersonId duplicate, PersonId, std::span<const MovedRecords>) const override {
    MovedRecords records{std::string(name()), {}, {}};
    for (const auto id : state.kinds().referring(Kind{}, duplicate)) records.moved.push_back(id.value);
    return records;
  }
  ReturnedRecords returned(const State& state, PersonId, PersonId primary, const MovedRecords& records) const override {
    ReturnedRecords back{std::string(name()), {}, {}, {}};
    for (const auto id : records.moved) {
      const auto record = state.kinds().record(typename Kind::Id{id});
      if (record) (record->plain.person == primary ? back.returned : back.kept).push_back(id);
    }
    return back;
  }
};

/// A user has one favorite of a person at most. Whose they are is nobody else's business: answers do not count them.
class FavoritesOfPerson : public Relation {
 public:
  std::string_view name() const override { return Favorite::relation; }
  MovedRecords moved(const State& state, PersonId duplicate, PersonId primary,
                     std::span<const MovedRecords> moved_before) const override {
    MovedRecords records{std::string(name()), {}, {}};
    for (const auto id : state.kinds().referring(Favorite{}, duplicate)) {
      const auto user = state.kinds().record(id)->plain.user;
      const bool there = has(state, user, primary) || std::ranges::any_of(moved_before, [&](const auto& before) {
                           return std::ranges::any_of(before.moved, [&](std::uint64_t other) {
                             return state.kinds().record(FavoriteId{other})->plain.user == user;
                           });
                         });
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
};

}  // namespace

Relations person_relations() {
  static const RecordsOfPerson<Activity> activities;
  static const FavoritesOfPerson favorites;
  static const std::array<const Relation*, 2> all{&activities, &favorites};
  return all;
}

}  // namespace annals
