#pragma once

#include "http/ports.hpp"
#include "storage/store.hpp"

namespace annals {

/// `head` of the platform's log in the store, signed with the store's key. Throws LogDamage when the log has no commit
/// that ends there.
SignedHead signed_head(Store& store, PlatformId platform, std::string_view platform_key, const Head& head,
                       Timestamp now);

/// Reads the logs of a store that is being written to. Thread-safe; does not own the store.
class LogNotary : public Notary {
 public:
  LogNotary(Store& store, Durability durability) : store_(store), durability_(durability) {}
  SignedHead sign(PlatformId platform, std::string_view platform_key, Timestamp now) const override;
  Digest hash_at(PlatformId platform, Position position) const override;

 private:
  Head durable_head(PlatformId platform) const;

  Store& store_;
  Durability durability_;
};

}  // namespace annals
