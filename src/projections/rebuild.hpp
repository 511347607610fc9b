#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/sealing.hpp"
#include "projections/projections.hpp"
#include "storage/byte_store.hpp"
#include "storage/commit_log.hpp"
#include "storage/quarantine.hpp"

/// The views made anew from the log. Nothing else may write them meanwhile. All of these throw LogDamage at the first
/// commit that cannot be read, UndecodableCommit at the first that cannot be understood, and std::runtime_error when
/// the store refuses a write: no commit is passed over but those in quarantine.
namespace annals {

/// Called now and then with the number of events done, of all there are.
using RebuildProgress = std::function<void(std::uint64_t done, std::uint64_t of)>;

bool is_projection(std::string_view name);

/// The shape in which the projections write their views: raised with every change of what `apply` writes for events
/// that exist already. On disk; 1 was never written down.
inline constexpr std::uint64_t kViewsShape = 5;
/// Whether the views hold commits in another shape than this program's: only a rebuild of all makes them good.
bool in_other_shape(const ByteStore& store);
/// Of views that hold no commit yet.
void mark_shape(ByteStore& store);

/// Drops and refills one projection (with those that it reads, where it cannot be refilled alone), or all of them. An
/// interrupted rebuild leaves a mark.
void rebuild(const CommitLog& log, ByteStore& store, const Sealer& sealer, const Digester& digester,
             std::optional<std::string_view> projection, const RebuildProgress& progress);

/// Whether a rebuild was interrupted: the views must not be used before it is finished.
bool rebuild_pending(const ByteStore& store);
/// Begins the interrupted rebuilds anew. Does nothing when there is none.
void finish_rebuild(const CommitLog& log, ByteStore& store, const Sealer& sealer, const Digester& digester,
                    const RebuildProgress& progress);

/// Applies the commits that the log has and the views do not have yet; returns the number of their events.
std::uint64_t catch_up(const CommitLog& log, ByteStore& store, const Sealer& sealer, const Digester& digester,
                       const RebuildProgress& progress);

/// Whether the views have passed over other commits than those in quarantine: only a rebuild of all makes them good.
bool passes_over_others(const CommitLog& log, const ViewReader& views, const Quarantine& quarantine);

/// Where the views do not say what the log says.
struct ViewDifference {
  std::string projection;
  PlatformId platform;
  std::string record;  ///< a person's or an organization's id where there is one, else the key in hex
  std::string what;
  bool operator==(const ViewDifference&) const = default;
};

struct Checked {
  std::uint64_t records = 0;  ///< compared, of all views
  std::vector<ViewDifference> differences;
};

/// Rebuilds everything into `scratch`, which must be empty and seal with the same keys, and compares plain parts, slots
/// and opened data, value by value; when all agree, also the in-memory side as commits move it with what loading it
/// from the views gives.
Checked check(const CommitLog& log, const ByteStore& store, ByteStore& scratch, const Sealer& sealer,
              const Digester& digester, const RebuildProgress& progress);

}  // namespace annals
