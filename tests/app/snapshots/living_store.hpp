#pragma once

#include <catch2/catch.hpp>

#include "app/erasing.hpp"
#include "app/real_directory.hpp"
#include "app/snapshots/taking.hpp"

/// A data directory that is written to without a server.
namespace annals::test {

inline constexpr PlatformId kMainPlatform{1};

inline Answer done_in(Store& store, Command command) {
  const DecisionSources sources;
  LogTails tails(store);
  DryRunSlots dry_run_slots(store);
  CommitGroup group(store, tails, dry_run_slots, sources);
  auto submission = asking(kMainPlatform, std::move(command));
  auto added = group.add(submission);
  REQUIRE(added.answer);
  REQUIRE(group.append() == AppendStatus::appended);
  return *std::move(added.answer);
}

inline void rename_person(Store& store, PersonId person, const std::string& name) {
  done_in(store, UpdatePerson::from(person, body({{"name", quote_json(name)}}), Write::patch));
}
inline void erase_person(Store& store, PersonId person, const ForgetCopies& forget_copies = {}) {
  done_in(store, ErasePerson::from(person, {}));
  REQUIRE(Erasing(store, std::nullopt, forget_copies).complete());
}
inline Position end_of_log(Store& store) {
  return store.log().head(kMainPlatform).position;
}

inline SnapshotOrder order_for(SnapshotFormat format) {
  return {kMainPlatform, "main", format, from_micros(1780582931482913), "0.0.0"};
}

}  // namespace annals::test
