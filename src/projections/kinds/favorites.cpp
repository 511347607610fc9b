#include "projections/kinds/favorites.hpp"

#include "projections/kinds/deals.hpp"
#include "projections/kinds/kind_lists.hpp"
#include "projections/records.hpp"

namespace annals {
namespace {

using Marked = RecordCreated<Favorite>::Plain;

std::string dropped_key(PersonId duplicate, FavoriteId id) {
  return std::string(key_of(duplicate)) + key_of(id);
}

/// Empty when it has been erased.
std::string label_of(const ViewReader& views, PlatformId platform, const Marked& plain) {
  if (plain.person) {
    auto person = read_person(views, platform, *plain.person);
    return person ? std::move(person->details.name) : std::string();
  }
  if (plain.organization) {
    auto organization = read_organization(views, platform, *plain.organization);
    return organization ? std::move(organization->details.name) : std::string();
  }
  auto deal = read_record<Deal>(views, platform, *plain.deal);
  return deal ? std::move(deal->texts.title) : std::string();
}

bool is_named(const Marked& plain, const FavoriteFilter& filter) {
  if (plain.person) return filter.names_persons;
  return plain.organization ? filter.names_organizations : filter.names_deals;
}

std::string_view target_type(const Marked& plain) {
  return plain.person ? "person" : plain.organization ? "organization" : "deal";
}

RecordText text_of(PlatformId platform, const KindRecord<Favorite>& favorite, std::string label) {
  const auto& plain = favorite.plain;
  ObjectText object;
  object.key("id").number(favorite.id.value).key("platform").number(platform.value);
  object.key("user").number(plain.user.value).key("target_type").text(target_type(plain));
  add_or_null(object.key("person"), plain.person);
  add_or_null(object.key("organization"), plain.organization);
  add_or_null(object.key("deal"), plain.deal);
  object.key("label").text(label);
  return {close_record(std::move(object), favorite), std::move(label)};
}

}  // namespace

void Favorites::go(const Reference& target) {
  for (const auto id : referring<Favorite>(views, platform, target)) remove(*read_row<Favorite>(views, platform, id));
}

/// What a merge dropped comes back only with the person.
void Favorites::forget_dropped(PersonId duplicate) {
  std::vector<std::string> keys;
  for (auto at = views.scan(platform, view::dropped_favorites, key_of(duplicate)); at->valid(); at->next()) {
    keys.emplace_back(at->key());
  }
  for (const auto& key : keys) views.erase(platform, view::dropped_favorites, key);
}

void Favorites::point(std::span<const std::uint64_t> favorites, PersonId person) {
  for (const auto id : favorites) {
    go_along(FavoriteId{id}, [&](Open& favorite) { favorite.row.plain.person = person; });
  }
}

void Favorites::drop(FavoriteId id, PersonId duplicate) {
  const auto favorite = open_record<RecordRow<Favorite>, Texts>(views, platform, view::favorites, key_of(id));
  if (!favorite || favorite->row.deleted) return;
  remove(favorite->row);
  put_record(*this, view::dropped_favorites, dropped_key(duplicate, id), favorite->row, favorite->details);
}

void Favorites::restore(FavoriteId id, PersonId duplicate) {
  const auto key = dropped_key(duplicate, id);
  auto favorite = open_record<RecordRow<Favorite>, Texts>(views, platform, view::dropped_favorites, key);
  if (!favorite) return;
  views.erase(platform, view::dropped_favorites, key);
  auto& [row, texts] = *favorite;
  const auto unique = Favorite::unique(row.plain, texts.value_or(Texts{}));
  if (record_with<Favorite>(views, platform, digester, unique)) return;  // marked anew meanwhile
  row.unique_digest.reset();
  put(*favorite);
}

void Favorites::on(const PersonDeleted& event, const RecordedEvent&) {
  go(event.person);
  forget_dropped(event.person);
}
void Favorites::on(const PersonErased& event, const RecordedEvent&) {
  go(event.person);
  forget_dropped(event.person);
}
void Favorites::on(const OrganizationDeleted& event, const RecordedEvent&) {
  go(event.organization);
}
void Favorites::on(const DealDeleted& event, const RecordedEvent&) {
  go(event.id);
}
void Favorites::on(const PersonMerged& event, const RecordedEvent&) {
  for (const auto& records : event.relations) {
    if (records.relation != Favorite::relation) continue;
    for (const auto id : records.dropped) drop(FavoriteId{id}, event.person);
    point(records.moved, event.into);
  }
}
void Favorites::on(const PersonUnmerged& event, const RecordedEvent&) {
  for (const auto& records : event.relations) {
    if (records.relation != Favorite::relation) continue;
    point(records.returned, event.person);
    for (const auto id : records.restored) restore(FavoriteId{id}, event.person);
  }
  forget_dropped(event.person);
}

Projection favorites_projection() {
  auto projection = projection_of<Favorite, Favorites>();
  projection.views.push_back(view::dropped_favorites);
  return projection;
}

RecordText record_text(const ViewReader& views, PlatformId platform, const KindRecord<Favorite>& favorite) {
  return text_of(platform, favorite, label_of(views, platform, favorite.plain));
}

Result<Page> list_favorites(const RecordReading& from, UserId user, const FavoriteFilter& filter,
                            const PageRequest& request) {
  const auto favorites = records_of<Favorite>(
      from, user,
      [&](const KindRecord<Favorite>& favorite) {
        const auto& plain = favorite.plain;
        return (filter.target_type.empty() || target_type(plain) == filter.target_type) &&
               is_wanted(filter.person, plain.person) && is_wanted(filter.organization, plain.organization) &&
               is_wanted(filter.deal, plain.deal);
      },
      request);
  return page_of_records<Favorite>(from, favorites, request, [&](const KindRecord<Favorite>& favorite) {
    return text_of(from.platform, favorite,
                   is_named(favorite.plain, filter) ? label_of(*from.views, from.platform, favorite.plain) : "");
  });
}

template std::optional<UserId> user_of<Favorite>(const RecordReading&, FavoriteId);

}  // namespace annals
