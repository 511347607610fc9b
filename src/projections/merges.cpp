#include "projections/merges.hpp"

#include "projections/records.hpp"
#include "projections/view_ids.hpp"

namespace annals {

void Merges::on(const PersonMerged& event, const RecordedEvent&) {
  views.put(platform, view::merges, key_of(event.person),
            pack(MergeRow{event.into, event.was_active, event.relations}));
}
void Merges::on(const PersonUnmerged& event, const RecordedEvent&) {
  views.erase(platform, view::merges, key_of(event.person));
}
void Merges::on(const PersonDeleted& event, const RecordedEvent&) {
  views.erase(platform, view::merges, key_of(event.person));
}
void Merges::on(const PersonErased& event, const RecordedEvent&) {
  views.erase(platform, view::merges, key_of(event.person));
}

Projection merges_projection() {
  return {"Merges", {view::merges}, apply_to<Merges>};
}

std::optional<MergeRow> read_merge(const ViewReader& views, PlatformId platform, PersonId duplicate) {
  const auto plain = views.get_plain(platform, view::merges, key_of(duplicate));
  return plain ? std::optional(unpack<MergeRow>(*plain)) : std::nullopt;
}

}  // namespace annals
