#pragma once

#include <functional>
#include <map>
#include <stdexcept>
#include <string>

#include "commands/decide.hpp"
#include "storage/store.hpp"

namespace annals {

/// No key slot can be made durable just now: nothing was done, and trying again later may work.
struct NoSlot : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Version 7 (RFC 9562): what is made later sorts later, to about a quarter of a microsecond.
Uuid time_ordered_uuid(Timestamp now);

/// 256 random bits as 64 hexadecimal digits.
std::string random_secret();

/// The slots that dry runs seal under, one a platform again and again: what they seal is thrown away.
class DryRunSlots {
 public:
  explicit DryRunSlots(Store& store) : store_(store) {}
  SlotId of(PlatformId platform);  ///< throws std::runtime_error when none can be made durable

 private:
  Store& store_;
  std::map<PlatformId, SlotId> slots_;
};

/// Ids and secrets from the operating system's random source, slots from the store. For one platform.
class DrawnChoices : public Choices {
 public:
  /// `new_secret` is asked for secrets; `dry_run_slots`, when there are some, for slots.
  DrawnChoices(Store& store, PlatformId platform, Timestamp now, const std::function<std::string()>& new_secret,
               DryRunSlots* dry_run_slots = nullptr)
      : store_(store), platform_(platform), now_(now), new_secret_(new_secret), dry_run_slots_(dry_run_slots) {}
  Uuid new_uuid() override { return time_ordered_uuid(now_); }
  SlotId new_slot() override;  ///< throws NoSlot
  std::string new_secret() override { return new_secret_(); }

 private:
  Store& store_;
  PlatformId platform_;
  Timestamp now_;
  const std::function<std::string()>& new_secret_;
  DryRunSlots* dry_run_slots_;
};

}  // namespace annals
