#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "core/signing.hpp"
#include "storage/files.hpp"
#include "storage/store.hpp"

namespace annals {

/// What a data directory's bytes are sealed and digested with. The master key may change one day; the root secret
/// never.
struct Secrets {
  Key master;  ///< wraps the root secret and the slots
  Key root;    ///< the digests' keys and the signing key are derived from it
};

SigningKey derive_signing_key(const Secrets& secrets);

inline constexpr std::string_view kMasterKeyFile = "master.key";
inline constexpr std::string_view kRootSecretFile = "root.secret";

/// A master key as files hold it: 64 hexadecimal digits, white space around them allowed; nullopt for anything else.
std::optional<Key> parse_master_key(std::string_view text);
std::string format_master_key(const Key& key);

/// The directory's secrets, under `given` or the generated master key; makes those that are missing when `may_create`.
std::expected<Secrets, StoreProblem> open_secrets(const Files& files, const std::optional<Key>& given, bool may_create);

/// On disk; never change:  "ANNALSRS" | format u16 | sealed root secret | SHA-256 of all before
std::string wrap_root_secret(const Key& master, const Key& root);
/// nullopt: wrapped under another master key. Throws DecodeError, NewerFormat.
std::optional<Key> unwrap_root_secret(const Key& master, std::string_view bytes);

}  // namespace annals
