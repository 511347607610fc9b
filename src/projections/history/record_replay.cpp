#include "projections/history/record_replay.hpp"

#include <variant>

#include "projections/kinds/deals.hpp"
#include "projections/kinds/tags.hpp"
#include "projections/organization_directory.hpp"
#include "projections/person_directory.hpp"
#include "projections/stream_positions.hpp"
#include "projections/tag_assignments.hpp"
#include "projections/view_ids.hpp"

namespace annals {

std::vector<Position> positions_of(const HistoryContext& context, PersonId id) {
  const auto row = read_person_row(context.views, context.platform, id);
  if (!row) return {};
  return stream_positions(context.views, context.platform, view::person_positions, row->ordinal, row->positions);
}

std::vector<Position> tag_positions_of(const HistoryContext& context, const TagHost& host) {
  std::vector<Position> all;
  std::set<TagId> tags;
  for (const auto id : assignments_ever(context.views, context.platform, host)) {
    const auto assignment = read_assignment(context.views, context.platform, id);
    all.insert(all.end(), assignment->positions.begin(), assignment->positions.end());
    tags.insert(assignment->tag);
  }
  for (const auto tag : tags) {
    const auto positions = annals::positions_of<Tag>(context.views, context.platform, tag);
    all.insert(all.end(), positions.begin(), positions.end());
  }
  return all;
}

std::vector<Position> positions_of(const HistoryContext& context, OrganizationId id) {
  const auto row = read_organization_row(context.views, context.platform, id);
  if (!row) return {};
  return stream_positions(context.views, context.platform, view::organization_positions, row->ordinal, row->positions);
}

std::vector<Position> positions_of(const HistoryContext& context, DealId id) {
  return annals::positions_of<Deal>(context.views, context.platform, id);
}

RecordReplay::Applied RecordReplay::look_at(Position position) {
  const auto& commit = reader_.commit_at(position);
  return {commit, reader_.index_of(position)};
}

RecordReplay::Applied RecordReplay::apply(Position position) {
  const auto applied = look_at(position);
  apply_by<OrganizationDirectory>(applied.event(), position);
  apply_by<PersonDirectory>(applied.event(), position);
  apply_by<Tags>(applied.event(), position);
  apply_by<TagAssignments>(applied.event(), position);
  apply_by<Deals>(applied.event(), position);
  return applied;
}

template <class Handler>
void RecordReplay::apply_by(const RecordedEvent& recorded, Position position) {
  Handler handler{{context_.platform, views_, context_.digester, UserId{}}};
  handler.position = position;
  if constexpr (requires { handler.hosts_elsewhere; }) handler.hosts_elsewhere = true;
  std::visit(
      [&]<class Event>(const Event& event) {
        if constexpr (Handler::Events::template has<Event>) handler.on(event, recorded);
      },
      recorded.event);
}

}  // namespace annals
