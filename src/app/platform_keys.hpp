#pragma once

#include <expected>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "storage/store.hpp"

namespace annals {

inline constexpr std::string_view kSystemPlatformKey = "system";

/// What the platforms of a data directory are called, as its views say.
class PlatformKeys {
 public:
  explicit PlatformKeys(Store& store);
  /// `platform-<id>` when the views do not say.
  std::string of(PlatformId platform) const;
  std::optional<PlatformId> with_key(std::string_view key) const;
  /// One that holds persons. The error is a sentence.
  std::expected<PlatformId, std::string> with_records(std::string_view key) const;
  /// `main, sales and system`, for sentences.
  std::string listed() const;

 private:
  std::map<PlatformId, std::string> keys_;
};

}  // namespace annals
