#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <string>

#include "app/committer.hpp"
#include "http/ports.hpp"

namespace annals {

/// What /readyz says while the server starts and serves. Thread-safe.
class ServingState : public Readiness {
 public:
  explicit ServingState(const Committer& committer) : committer_(committer) {}
  void not_ready(std::string reason);
  void ready();
  std::optional<std::string> not_ready_reason() const override;
  bool writes_available() const override { return committer_.writes_available(); }

 private:
  const Committer& committer_;
  std::atomic<bool> ready_{false};  ///< asked for on every request
  mutable std::mutex mutex_;
  std::string reason_ = "starting";
};

}  // namespace annals
