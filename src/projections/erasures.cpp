#include "projections/erasures.hpp"

#include <algorithm>

#include "projections/projecting.hpp"
#include "projections/records.hpp"
#include "projections/view_ids.hpp"

namespace annals {
namespace {

void put_erasure(const Projecting& to, const ErasureRow& row, const std::optional<Sealed<ErasureDetails>>& details) {
  const auto key = key_of(row.person);
  if (!details) return to.views.put(to.platform, view::erasures, key, pack(row));
  if (!details->data) return to.views.put_erased(to.platform, view::erasures, key, pack(row), details->slot);
  to.views.put_sealed(to.platform, view::erasures, key, pack(row), details->slot, pack(*details->data));
}

ErasureRow row_of(const PersonErased& event, const Commit& commit, std::size_t index) {
  return {
      event.person, event.slot, commit.position_of(index), commit.events[index].recorded_at, commit.header.actor.user,
      event.records};
}

/// Calls `with(event, index)` for every erasure among the events.
void for_each_erasure(const Commit& commit, auto&& with) {
  for (std::size_t i = 0; i < commit.events.size(); ++i) {
    if (const auto* erased = std::get_if<PersonErased>(&commit.events[i].event)) with(*erased, i);
  }
}

void apply_erasures(const Commit& commit, ViewChanges& views, const Digester& digester) {
  const Projecting to{commit.header.frame.platform, views, digester};
  for_each_erasure(commit, [&](const PersonErased& event, std::size_t index) {
    put_erasure(to, row_of(event, commit, index), event.details);
  });
}

}  // namespace

Projection erasures_projection() {
  return {"Erasures", {view::erasures}, apply_erasures};
}

bool has_erasure(const ViewReader& views, PlatformId platform, PersonId person) {
  return views.get_plain(platform, view::erasures, key_of(person)).has_value();
}

std::vector<ErasureRow> erasures_in(const Commit& commit) {
  std::vector<ErasureRow> all;
  for_each_erasure(commit,
                   [&](const PersonErased& event, std::size_t index) { all.push_back(row_of(event, commit, index)); });
  return all;
}

std::optional<ErasureRecord> read_erasure(const ViewReader& views, PlatformId platform, PersonId person) {
  auto found = open_record<ErasureRow, ErasureDetails>(views, platform, view::erasures, key_of(person));
  if (!found) return std::nullopt;
  return ErasureRecord{found->row, found->details ? std::move(found->details->reason) : std::string()};
}

std::vector<ErasureRow> erasures(const ViewReader& views, PlatformId platform) {
  std::vector<ErasureRow> all;
  for (auto at = views.scan(platform, view::erasures, {}); at->valid(); at->next()) {
    all.push_back(unpack<ErasureRow>(at->plain()));
  }
  std::ranges::sort(all, {}, &ErasureRow::position);
  return all;
}

}  // namespace annals
