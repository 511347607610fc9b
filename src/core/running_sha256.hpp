#pragma once

#include <memory>
#include <string_view>

#include "core/bytes.hpp"

namespace annals {

/// SHA-256 of bytes that come piece by piece.
class RunningSha256 {
 public:
  RunningSha256();
  ~RunningSha256();
  void add(std::string_view bytes);
  /// Of all that was added; nothing may be added after it.
  Digest finish();

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

}  // namespace annals
