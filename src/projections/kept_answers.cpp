#include "projections/kept_answers.hpp"

#include "projections/kinds/activities.hpp"
#include "projections/kinds/deals.hpp"
#include "projections/kinds/favorites.hpp"
#include "projections/members.hpp"
#include "projections/organization_directory.hpp"
#include "projections/person_directory.hpp"
#include "projections/platforms.hpp"
#include "projections/records.hpp"
#include "projections/users.hpp"
#include "projections/view_ids.hpp"
#include "projections/view_keys.hpp"

namespace annals {
namespace {

/// How many outdated answers one commit removes at most.
constexpr std::size_t kRemovedAtOnce = 16;
/// Without answers of their own to keep, only commits that pass a multiple of this position look for outdated ones.
constexpr std::uint64_t kRemovalStride = 64;

struct AnswerRow {
  Digest request{};
  std::uint16_t status = 0;
  Timestamp at;
  std::string etag;
  std::string body;  ///< of an answer that shows nothing personal; the others' are sealed
  static void parts(auto& self, auto&& all) { all(self.request, self.status, self.at, self.etag, self.body); }
};

std::string time_key(Timestamp at, std::string_view digest) {
  return key_of(at) + std::string(digest);
}

/// Whose key seals what an answer shows.
struct Subject {
  SlotId slot;
  bool erased = false;
};

struct SubjectOf {
  PlatformId platform;
  const ViewReader& views;

  std::optional<Subject> own() const {
    const auto found = read_own_platform(views, platform);
    return found ? std::optional(Subject{found->slot, found->details.key.empty()}) : std::nullopt;
  }
  template <class Row>
  static std::optional<Subject> of(const std::optional<Row>& row) {
    return row ? std::optional(Subject{row->slot, row->erased}) : std::nullopt;
  }
  std::optional<Subject> operator()(const PersonShown& it) const {
    return of(read_person_row(views, platform, it.person));
  }
  std::optional<Subject> operator()(const OrganizationShown& it) const {
    return of(read_organization_row(views, platform, it.organization));
  }
  std::optional<Subject> operator()(const InvitationShown& it) const {
    const auto found = read_invitation(views, platform, it.invitation);
    return found ? std::optional(Subject{found->slot, !found->details}) : std::nullopt;
  }
  std::optional<Subject> operator()(const PlatformShown& it) const {
    const auto found = read_registered_platform(views, it.platform);
    return found ? std::optional(Subject{found->slot, found->details.key.empty()}) : std::nullopt;
  }
  std::optional<Subject> operator()(const UserShown& it) const {
    const auto found = read_user(views, it.user);
    return found ? std::optional(Subject{found->slot, found->details.username.empty()}) : std::nullopt;
  }
  std::optional<Subject> operator()(const MemberShown&) const { return own(); }
  std::optional<Subject> operator()(const RedemptionShown& it) const {
    return (*this)(InvitationShown{it.invitation});  // whose details it shows, and whose address is the user's
  }
  std::optional<Subject> operator()(const ApiKeyShown&) const { return own(); }
  std::optional<Subject> operator()(const RoleShown&) const { return own(); }
  std::optional<Subject> operator()(const PolicyShown&) const { return own(); }
  std::optional<Subject> operator()(const WebhookShown&) const { return own(); }
  std::optional<Subject> operator()(const NotificationsShown&) const { return std::nullopt; }  // nothing personal
  std::optional<Subject> operator()(const TagAssignmentShown&) const { return own(); }
  std::optional<Subject> operator()(const MergeShown&) const { return std::nullopt; }       // ids and counts
  std::optional<Subject> operator()(const UnmergeShown&) const { return std::nullopt; }     // likewise
  std::optional<Subject> operator()(const BatchShown&) const { return std::nullopt; }       // ids
  std::optional<Subject> operator()(const RecordsImported&) const { return std::nullopt; }  // never kept
  /// One with a slot of its own may show the person that it is about: erasing that destroys both keys.
  std::optional<Subject> operator()(const RecordShown& it) const {
    if (it.kind == Favorite::name) return marked_by(FavoriteId{it.id});
    auto subject = own();
    for_each_kind(RecordKinds{}, [&]<class Kind>() {
      if constexpr (HasOwnSlot<Kind>) {
        if (it.kind != Kind::name) return;
        const auto record = read_record<Kind>(views, platform, typename Kind::Id{it.id});
        subject = record ? std::optional(Subject{record->slot, record->erased}) : std::nullopt;
      }
    });
    return subject;
  }
  std::optional<Subject> operator()(const NothingShown&) const { return std::nullopt; }

 private:
  /// Whose name or title a favorite shows.
  std::optional<Subject> marked_by(FavoriteId id) const {
    const auto favorite = read_row<Favorite>(views, platform, id);
    if (!favorite) return std::nullopt;
    const auto& plain = favorite->plain;
    if (plain.person) return of(read_person_row(views, platform, *plain.person));
    if (plain.organization) return of(read_organization_row(views, platform, *plain.organization));
    return plain.deal ? (*this)(RecordShown{Deal::name, plain.deal->value}) : std::nullopt;
  }
};

void put_answer(ViewChanges& views, PlatformId platform, std::string_view key, const AnswerRow& row,
                const std::optional<Subject>& subject, const std::string& body) {
  if (!subject) return views.put(platform, view::kept_answers, key, pack(row));
  if (subject->erased) return views.put_erased(platform, view::kept_answers, key, pack(row), subject->slot);
  views.put_sealed(platform, view::kept_answers, key, pack(row), subject->slot, body);
}

bool is_nothing_personal(const Outcome& outcome) {
  return std::holds_alternative<MergeShown>(outcome) || std::holds_alternative<UnmergeShown>(outcome) ||
         std::holds_alternative<BatchShown>(outcome) || std::holds_alternative<NotificationsShown>(outcome);
}

bool may_show_secret(const Outcome& outcome) {
  return std::holds_alternative<ApiKeyShown>(outcome) || std::holds_alternative<WebhookShown>(outcome);
}

/// Time at which an answer was kept under this key before.
std::optional<Timestamp> kept_at(const ViewReader& views, PlatformId platform, std::string_view key) {
  const auto plain = views.get_plain(platform, view::kept_answers, key);
  return plain ? std::optional(unpack<AnswerRow>(*plain).at) : std::nullopt;
}

void keep(const Commit& commit, const IdempotencyMark& mark, ViewChanges& views) {
  const auto platform = commit.header.frame.platform;
  const auto outcome = outcome_of(commit);
  if (may_show_secret(outcome)) return;
  const auto at = commit.events.front().recorded_at;
  const auto answer = render(outcome, platform, views, at);
  const auto subject = std::visit(SubjectOf{platform, views}, outcome);
  const auto key = as_view(mark.key);
  AnswerRow row{mark.request, mark.status, at, answer.etag, {}};
  if (is_nothing_personal(outcome)) row.body = answer.body;
  if (const auto before = kept_at(views, platform, key)) {
    views.erase(platform, view::kept_answers_by_time, time_key(*before, key));
  }
  put_answer(views, platform, key, row, subject, answer.body);
  views.put(platform, view::kept_answers_by_time, time_key(row.at, key), {});
}

void remove_outdated(PlatformId platform, Timestamp now, ViewChanges& views) {
  const auto first_kept = key_of(now - kAnswerKept);
  std::vector<std::string> outdated;
  for (auto at = views.scan(platform, view::kept_answers_by_time, {}); at->valid(); at->next()) {
    if (at->key() >= first_kept || outdated.size() == kRemovedAtOnce) break;
    outdated.emplace_back(at->key());
  }
  for (const auto& key : outdated) {
    views.erase(platform, view::kept_answers_by_time, key);
    views.erase(platform, view::kept_answers, std::string_view(key).substr(8));
  }
}

bool passes_stride(Position first, std::uint64_t count) {
  return (first.value - 1) / kRemovalStride != (first.value + count - 1) / kRemovalStride;
}

void apply_kept_answers(const Commit& commit, ViewChanges& views, const Digester&) {
  const auto& mark = commit.header.idempotency;
  if (commit.events.empty()) return;
  if (mark) keep(commit, *mark, views);
  if (mark || passes_stride(commit.header.frame.first, commit.events.size())) {
    remove_outdated(commit.header.frame.platform, commit.events.back().recorded_at, views);
  }
}

}  // namespace

Projection kept_answers_projection() {
  return {"KeptAnswers", {view::kept_answers, view::kept_answers_by_time}, apply_kept_answers, true};
}

std::optional<Queries::KeptAnswer> read_kept_answer(const ViewReader& views, PlatformId platform, const Digest& key,
                                                    Timestamp now) {
  const auto stored = views.get(platform, view::kept_answers, as_view(key));
  if (!stored) return std::nullopt;
  auto row = unpack<AnswerRow>(stored->plain);
  if (now - row.at >= kAnswerKept || (stored->slot && !stored->data)) return std::nullopt;
  auto body = stored->data.value_or(row.body);
  return Queries::KeptAnswer{row.request, Answer{row.status, std::move(body), row.etag, true}};
}

}  // namespace annals
