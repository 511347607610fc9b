#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/sealing.hpp"

namespace annals::test {

/// Seals by copying, so that what is sealed stands readable in the bytes: for fuzzing the codec behind the seal.
class BareSealer : public Sealer {
 public:
  void seal(PlatformId, SlotId, std::string_view, std::string_view plain, std::string& out) const override {
    out += plain;
  }
  std::optional<std::string> open(PlatformId, SlotId, std::string_view, std::string_view sealed) const override {
    return std::string(sealed);
  }
};

/// Has lost every key.
class ErasedSealer : public BareSealer {
 public:
  std::optional<std::string> open(PlatformId, SlotId, std::string_view, std::string_view) const override {
    return std::nullopt;
  }
};

}  // namespace annals::test
