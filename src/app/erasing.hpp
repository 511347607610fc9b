#pragma once

#include <functional>
#include <optional>
#include <span>

#include "app/erasure_list.hpp"
#include "events/commit.hpp"
#include "storage/store.hpp"

namespace annals {

/// What follows an erasure once its commit is durable: the key is destroyed, and the list beside the log is told. Done
/// before the answer, and after a crash at the next start, so that no erasure is ever left half done. One thread; does
/// not own the store.
class Erasing {
 public:
  /// Told of a platform when keys of its persons are destroyed: what was read before must not be shown any more.
  using Forget = std::function<void(PlatformId)>;

  /// Without a list for a store that is no directory.
  Erasing(Store& store, std::optional<ErasureList> list, Forget forget = {})
      : store_(store), list_(std::move(list)), forget_(std::move(forget)) {}

  /// Of commits that are durable. False: the disk refuses, and `complete` has to be tried until it can.
  bool carry_out(std::span<const Commit* const> commits);
  /// Whatever the log says that has not been done. False: the disk refuses.
  bool complete();

 private:
  bool carry_out(PlatformId platform, std::span<const ErasureRow> erasures);

  Store& store_;
  std::optional<ErasureList> list_;
  const Forget forget_;
};

}  // namespace annals
