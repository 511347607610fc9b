#include "projections/history/person_bundle.hpp"

#include <set>
#include <utility>
#include <vector>

#include "projections/answers.hpp"
#include "projections/history/stream_reading.hpp"
#include "projections/invitations.hpp"
#include "projections/kinds/activities.hpp"
#include "projections/kinds/deals.hpp"
#include "projections/kinds/kind_json.hpp"
#include "projections/person_directory.hpp"
#include "projections/record_text.hpp"
#include "projections/stream_positions.hpp"
#include "projections/view_ids.hpp"
#include "projections/view_keys.hpp"

namespace annals {
namespace {

/// A JSON array while it is written.
class Array {
 public:
  void add(std::string_view json) {
    if (text_.size() > 1) text_ += ',';
    text_ += json;
  }
  std::string close() && { return std::move(text_) + ']'; }

 private:
  std::string text_ = "[";
};

class Bundle {
 public:
  Bundle(const HistoryContext& context, std::string_view platform_key, const PersonRow& row)
      : context_(context), platform_key_(platform_key), row_(row) {}

  /// The events of the stream, and by the way who was merged into the person.
  std::string events(const Usernames& usernames) {
    EventReader reader(context_.log, context_.sealer, context_.platform);
    Array all;
    for (const auto position :
         stream_positions(context_.views, context_.platform, view::person_positions, row_.ordinal, row_.positions)) {
      const auto& commit = reader.commit_at(position);
      const auto index = reader.index_of(position);
      note_duplicates(commit.events[index].event);
      const auto user = commit.header.actor.user;
      const EventNames names{platform_key_, user.value == 0 ? std::nullopt : usernames(user)};
      all.add(event_json(commit, index, reader.hash(), names));
    }
    return std::move(all).close();
  }

  std::string merges() const {
    Array duplicates;
    for (const auto& id : duplicates_) duplicates.add('"' + id.to_string() + '"');
    ObjectText merges;
    merges.key("merged_into");
    row_.merged_into ? merges.id(*row_.merged_into) : merges.null();
    merges.key("duplicates").json(std::move(duplicates).close());
    return std::move(merges).close();
  }

  std::string invitations(Timestamp now, const Usernames& usernames) const {
    Array all;
    for (auto at = context_.views.scan(context_.platform, view::invitations, {}); at->valid(); at->next()) {
      if (at->key() == kNextKey) continue;
      const auto invitation = unpack<InvitationRow>(at->plain());
      const bool by_email = row_.email_digest && invitation.email_digest == row_.email_digest;
      if (invitation.person != row_.id && !by_email) continue;
      all.add(invitation_json(invitation_record(at->value()), platform_key_,
                              invitation.open && now < invitation.expires_at,
                              invitation.redeemed_by ? usernames(*invitation.redeemed_by) : std::nullopt));
    }
    return std::move(all).close();
  }

  /// Those about the person, with the names that other records give them.
  std::string deals(Timestamp now) const {
    Array all;
    for (const auto id : referring<Deal>(context_.views, context_.platform, row_.id)) {
      const auto deal = read_record<Deal>(context_.views, context_.platform, id);
      if (deal) all.add(record_text(context_.views, context_.platform, *deal, now).json);
    }
    return std::move(all).close();
  }

  std::string activities() const {
    std::set<ActivityId> ids;
    const auto note = [&](const Reference& parent) {
      for (const auto id : referring<Activity>(context_.views, context_.platform, parent)) ids.insert(id);
    };
    note(row_.id);
    for (const auto id : referring<Deal>(context_.views, context_.platform, row_.id)) note(id);
    Array all;
    for (const auto id : ids) {
      const auto activity = read_record<Activity>(context_.views, context_.platform, id);
      if (activity) all.add(record_text(context_.views, context_.platform, *activity).json);
    }
    return std::move(all).close();
  }

  std::string user() const {
    const auto user = row_.platform_user ? read_user(context_.views, *row_.platform_user) : std::nullopt;
    return user ? user_json(*user) : "null";
  }
  std::string membership() const {
    if (!row_.platform_user) return "null";
    const auto member = read_member(context_.views, context_.platform, *row_.platform_user);
    return member ? membership_json(*member, platform_key_) : "null";
  }

 private:
  void note_duplicates(const Event& event) {
    if (const auto* absorbed = std::get_if<PersonAbsorbed>(&event)) {
      duplicates_.insert(duplicates_.end(), absorbed->duplicates.begin(), absorbed->duplicates.end());
    }
    if (const auto* released = std::get_if<PersonReleased>(&event)) std::erase(duplicates_, released->duplicate);
  }

  const HistoryContext& context_;
  std::string_view platform_key_;
  const PersonRow& row_;
  std::vector<PersonId> duplicates_;
};

}  // namespace

std::optional<std::string> person_bundle(const HistoryContext& context, std::string_view platform_key, PersonId id,
                                         Timestamp now, const Usernames& usernames) {
  const auto row = read_person_row(context.views, context.platform, id);
  if (!row || row->erased) return std::nullopt;
  auto history = person_history(context, id, usernames);
  if (!history) return std::nullopt;
  Bundle bundle(context, platform_key, *row);
  const auto events = bundle.events(usernames);
  const auto person = show_person(context.views, context.platform, id);
  ObjectText whole;
  whole.key("person").json(person ? person->json : "null").key("history").json(*history);
  whole.key("merges").json(bundle.merges()).key("invitations").json(bundle.invitations(now, usernames));
  whole.key("deals").json(bundle.deals(now)).key("activities").json(bundle.activities());
  whole.key("user").json(bundle.user()).key("membership").json(bundle.membership());
  whole.key("events").json(events);
  return std::move(whole).close();
}

}  // namespace annals
