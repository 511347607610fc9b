#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "core/crypto.hpp"
#include "core/sealing.hpp"

namespace annals::test {

/// A Sealer whose keys live in memory only. Every slot has its key from the first use on, the same one in every
/// PlainSealer, so that one opens what another sealed; nothing has to be reserved. Real AES-256-GCM: other additional
/// data or a changed byte throws DecodeError, as in the key store. Thread-safe.
class PlainSealer : public Sealer {
 public:
  void seal(PlatformId platform, SlotId slot, std::string_view additional, std::string_view plain,
            std::string& out) const override {
    const auto key = key_of(platform, slot);
    if (!key) throw std::runtime_error("sealing under an erased key");
    annals::seal(*key, additional, plain, out);
  }

  std::optional<std::string> open(PlatformId platform, SlotId slot, std::string_view additional,
                                  std::string_view sealed) const override {
    const auto key = key_of(platform, slot);
    if (!key) return std::nullopt;
    auto plain = annals::open(*key, additional, sealed);
    if (!plain) throw DecodeError("a sealed part does not open");
    return plain;
  }

  /// From now on the slot opens as erased and cannot be sealed under.
  void erase(PlatformId platform, SlotId slot) {
    const std::scoped_lock lock(mutex_);
    keys_.erase({platform, slot});
    erased_.insert({platform, slot});
  }

 private:
  using Place = std::pair<PlatformId, SlotId>;

  std::optional<Key> key_of(PlatformId platform, SlotId slot) const {
    const std::scoped_lock lock(mutex_);
    const Place place{platform, slot};
    if (erased_.contains(place)) return std::nullopt;
    const auto found = keys_.find(place);
    if (found != keys_.end()) return found->second;
    const auto name = "test slot " + std::to_string(platform.value) + " " + std::to_string(slot.value);
    return keys_.emplace(place, sha256(name)).first->second;
  }

  mutable std::mutex mutex_;
  mutable std::map<Place, Key> keys_;
  std::set<Place> erased_;
};

/// A Digester whose keys follow from platform and purpose alone: the same digests in every run. Thread-safe.
class FixedDigester : public Digester {
 public:
  Digest digest(PlatformId platform, DigestPurpose purpose, std::string_view value) const override {
    const auto name =
        "test digest " + std::to_string(platform.value) + " " + std::to_string(static_cast<unsigned>(purpose));
    return Hmac(sha256(name))(value);
  }
};

}  // namespace annals::test
