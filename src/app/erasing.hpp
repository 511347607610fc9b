#pragma once

#include <functional>
#include <optional>
#include <span>

#include "app/erasure_list.hpp"
#include "events/commit.hpp"
#include "storage/store.hpp"

namespace annals {

/// Lets go of what stands outside of the log and the views and may hold the data of any person of the platform: stored
/// copies, records of the past. False: the disk refuses.
using ForgetCopies = std::function<bool(PlatformId platform)>;

/// What follows an erasure once its commit is durable: the key is destroyed, copies are deleted, and the list beside
/// the log is told. Done before the answer, and after a crash at the next start, so that no erasure is ever left half
/// done. One thread; does not own the store.
class Erasing {
 public:
  /// Without a list for a store that is no directory, and without `forget_copies` where there are none.
  Erasing(Store& store, std::optional<ErasureList> list, ForgetCopies forget_copies = {})
      : store_(store), list_(std::move(list)), forget_copies_(std::move(forget_copies)) {}

  /// Of commits that are durable. False: the disk refuses, and `complete` has to be tried until it can.
  bool carry_out(std::span<const Commit* const> commits);
  /// Whatever the log says that has not been done. False: the disk refuses.
  bool complete();

 private:
  bool carry_out(PlatformId platform, std::span<const ErasureRow> erasures);

  Store& store_;
  std::optional<ErasureList> list_;
  ForgetCopies forget_copies_;
};

}  // namespace annals
