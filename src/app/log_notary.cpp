#include "app/log_notary.hpp"

#include <algorithm>

#include "projections/history/stream_reading.hpp"

namespace annals {

SignedHead signed_head(Store& store, PlatformId platform, std::string_view platform_key, const Head& head,
                       Timestamp now) {
  SignedHead noted;
  noted.platform = platform;
  noted.platform_key = platform_key;
  noted.head = head;
  noted.signed_at = now;
  if (head.position.value > 0) {
    const auto last = store.log().read(platform, head.position)->next();
    if (!last || last->frame.last() != head.position || last->hash != head.hash) {
      throw LogDamage(platform, head.position, "it is not the one that the log ended with");
    }
    noted.recorded_at = EventReader(store.log(), store.sealer(), platform).recorded_at(head.position);
  }
  noted.sign(store.signing_key());
  return noted;
}

Head LogNotary::durable_head(PlatformId platform) const {
  switch (durability_) {
    case Durability::sync:
      break;
    case Durability::os:
      // The log may be ahead of the disk; what was noted of it is not.
      for (const auto& [each, head] : store_.noted_heads()) {
        if (each == platform) return head;
      }
      return {};
  }
  return store_.log().head(platform);
}

SignedHead LogNotary::sign(PlatformId platform, std::string_view platform_key, Timestamp now) const {
  return signed_head(store_, platform, platform_key, durable_head(platform), now);
}

Digest LogNotary::hash_at(PlatformId platform, Position position) const {
  const auto record = store_.log().read(platform, position)->next();
  if (!record) throw LogDamage(platform, position, "it is missing");
  return record->hash;
}

}  // namespace annals
