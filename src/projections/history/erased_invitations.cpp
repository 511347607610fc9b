#include "projections/history/erased_invitations.hpp"

#include <algorithm>
#include <optional>

#include "projections/history/stream_reading.hpp"
#include "projections/invitations.hpp"

namespace annals {
namespace {

std::optional<Position> issued_in(const Commit& commit, InvitationId id) {
  for (std::size_t i = 0; i < commit.events.size(); ++i) {
    const auto* issued = std::get_if<InvitationIssued>(&commit.events[i].event);
    if (issued != nullptr && issued->invitation == id) return commit.position_of(i);
  }
  return std::nullopt;
}

/// Its commit is the last one that was whole by then, or, when something was recorded behind it in there, the next.
std::optional<Position> where_issued(const HistoryContext& context, EventReader& reader, const InvitationRow& row) {
  const auto whole = whole_commits_until(context.log, context.sealer, context.platform, row.issued_at);
  const auto found = whole.value == 0 ? std::nullopt : issued_in(reader.commit_at(whole), row.id);
  if (found || whole == context.log.head(context.platform).position) return found;
  return issued_in(reader.commit_at(Position{whole.value + 1}), row.id);
}

}  // namespace

std::vector<Position> erased_invitations(const HistoryContext& context, Position erasure) {
  EventReader reader(context.log, context.sealer, context.platform);
  const auto& commit = reader.commit_at(erasure);
  const auto* erased = std::get_if<PersonErased>(&commit.events.at(reader.index_of(erasure)).event);
  if (erased == nullptr) return {};
  std::vector<Position> all;
  for (const auto id : std::vector(erased->invitations)) {
    const auto row = read_invitation_row(context.views, context.platform, id);
    const auto position = row ? where_issued(context, reader, *row) : std::nullopt;
    if (position) all.push_back(*position);
  }
  std::ranges::sort(all);
  return all;
}

}  // namespace annals
