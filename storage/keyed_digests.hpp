#pragma once

#include <map>
#include <shared_mutex>
#include <utility>

#include "core/crypto.hpp"
#include "core/sealing.hpp"

namespace annals {

/// HMACs under keys derived from the root secret, each derived once.
class KeyedDigests : public Digester {
 public:
  explicit KeyedDigests(const Key& root) : root_(root) {}
  Digest digest(PlatformId platform, DigestPurpose purpose, std::string_view value) const override;

 private:
  const Hmac& hmac_of(PlatformId platform, DigestPurpose purpose) const;

  Key root_;
  mutable std::shared_mutex mutex_;
  mutable std::map<std::pair<PlatformId, DigestPurpose>, Hmac> derived_;  ///< grows only
};

}  // namespace annals
