#pragma once

#include <functional>
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

/// Ids and secrets from the operating system's random source, slots from the store. For one platform.
class DrawnChoices : public Choices {
 public:
  /// `new_secret` is asked for secrets.
  DrawnChoices(Store& store, PlatformId platform, Timestamp now, const std::function<std::string()>& new_secret)
      : store_(store), platform_(platform), now_(now), new_secret_(new_secret) {}
  Uuid new_uuid() override { return time_ordered_uuid(now_); }
  SlotId new_slot() override;  ///< throws NoSlot
  std::string new_secret() override { return new_secret_(); }

 private:
  Store& store_;
  PlatformId platform_;
  Timestamp now_;
  const std::function<std::string()>& new_secret_;
};

}  // namespace annals
