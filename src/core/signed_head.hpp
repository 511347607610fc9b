#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "core/commit_frame.hpp"
#include "core/signing.hpp"
#include "core/time.hpp"

namespace annals {

/// Where a platform's log ended at some time, in the words of the server that kept it: whoever has noted it can tell
/// later whether the log still extends it. docs/audit.md has the exact text that is signed.
struct SignedHead {
  PlatformId platform;
  std::string platform_key;
  Head head;
  std::optional<Timestamp> recorded_at;  ///< of the event at that position; nullopt: the log was empty
  Timestamp signed_at;
  std::string public_key;  ///< SubjectPublicKeyInfo, DER
  std::string signature;
  bool operator==(const SignedHead&) const = default;

  void sign(const SigningKey& key);
  bool holds() const { return signature_holds(public_key, text(), signature); }
  /// What is signed. Never change.
  std::string text() const;

  /// As `GET /audit/head` answers it.
  std::string json() const;
  /// The error is a sentence's end: "position is missing". Members that it does not know are passed over.
  static std::expected<SignedHead, std::string> parse(std::string_view json);
};

}  // namespace annals
