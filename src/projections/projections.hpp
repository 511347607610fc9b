#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/outcome.hpp"
#include "core/sealing.hpp"
#include "events/commit.hpp"
#include "projections/queries.hpp"
#include "storage/byte_store.hpp"

namespace annals {

/// One projection: a name for operators, the views that it fills, and what it does with a commit. `apply` is total and
/// deterministic: no clock, no random source, no configuration. It writes only its own views, and reads only its own
/// and those of the projections listed before it.
struct Projection {
  std::string_view name;
  std::vector<ViewId> views;
  void (*apply)(const Commit& commit, ViewChanges& views, const Digester& digester);
  /// It reads the views of the others as they stood at the commit, so it can be rebuilt only along with them.
  bool reads_others = false;
};

/// In the order in which they must be applied.
std::span<const Projection> all_projections();

/// Applies to every projection and moves the platform's applied position.
void apply(const Commit& commit, ViewChanges& views, const Digester& digester);
/// The same for some projections, and without moving it. Of a commit in quarantine nothing is applied.
void apply_to(std::span<const Projection> projections, const Commit& commit, ViewChanges& views,
              const Digester& digester);
/// The part of `apply` that moves the platform's applied position.
void mark_applied(const Commit& commit, ViewChanges& views);
/// The last position that the views of this platform hold; 0: none.
Position applied_position(PlatformId platform, const ViewReader& views);

/// The status that the answer to a command has.
std::uint16_t status_of(const Outcome& outcome);
/// What the answer to a command shows, from the views as they stand in the command's own platform. `now`: when it was
/// decided.
Answer render(const Outcome& outcome, PlatformId platform, const ViewReader& views, Timestamp now);
/// What the answer to the command behind this commit showed; from its events alone.
Outcome outcome_of(const Commit& commit);

/// The in-memory side of the projections (tables of rows by ordinal, keys and grants) with the queries over it and the
/// byte store. `load` and `publish` belong to one thread; queries run on any.
class LiveProjections : public Queries {
 public:
  static constexpr std::uint64_t kRecordBytes = 256u << 20;
  /// Does not own its arguments. `record_bytes_max`: how much memory the records may take beside the tables; the newest
  /// are kept, the others are read from the store.
  static std::unique_ptr<LiveProjections> make(ByteStore& store, const Digester& digester,
                                               std::uint64_t record_bytes_max = kRecordBytes);

  /// Builds the in-memory side anew from the views. `progress(done, of)` is called now and then.
  virtual void load(std::span<const PlatformId> platforms,
                    const std::function<void(std::uint64_t done, std::uint64_t of)>& progress) = 0;
  /// After the sync, before the answers: what these commits changed becomes visible, all at once.
  virtual void publish(std::span<const Commit* const> commits) = 0;
  /// Takes the tables of `rebuilt`, which holds the same commits over other views, together with `show_views`, which
  /// makes those views the ones of this store: no reader sees the one without the other. Saves in them when keys were
  /// last used. False, and nothing has happened, when a write is refused. Belongs to the thread of `publish`; `rebuilt`
  /// is of no more use afterwards.
  virtual bool adopt(LiveProjections& rebuilt, const std::function<bool()>& show_views) = 0;
  /// Writes down when keys were last used; any thread. False when the store refuses for now.
  virtual bool save_key_uses() = 0;
  virtual std::uint64_t active_invitations() const = 0;  ///< open by their events, over all platforms
};

/// The records that deciding needs, read from an overlay: see projections/records.hpp.

}  // namespace annals
