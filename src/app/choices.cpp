#include "app/choices.hpp"

#include "core/crypto.hpp"

namespace annals {

Uuid time_ordered_uuid(Timestamp now) {
  const auto since_epoch = static_cast<std::uint64_t>(micros(now));
  const auto milliseconds = since_epoch / 1000;
  const auto fraction = since_epoch % 1000 * 4096 / 1000;  // of the millisecond, in 12 bits
  Uuid uuid = random_uuid();                               // brings the variant bits along
  for (std::size_t i = 0; i < 6; ++i) uuid.bytes[i] = static_cast<std::uint8_t>(milliseconds >> (40 - 8 * i));
  uuid.bytes[6] = static_cast<std::uint8_t>(0x70 | fraction >> 8);
  uuid.bytes[7] = static_cast<std::uint8_t>(fraction);
  return uuid;
}

std::string random_secret() {
  return to_hex(as_view(random_key()));
}

SlotId DryRunSlots::of(PlatformId platform) {
  const auto found = slots_.find(platform);
  if (found != slots_.end()) return found->second;
  return slots_.emplace(platform, store_.reserve_slot(platform)).first->second;
}

SlotId DrawnChoices::new_slot() {
  try {
    return dry_run_slots_ != nullptr ? dry_run_slots_->of(platform_) : store_.reserve_slot(platform_);
  } catch (const std::runtime_error& error) {
    throw NoSlot(error.what());
  }
}

}  // namespace annals
