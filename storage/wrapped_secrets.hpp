#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "storage/store.hpp"

namespace annals {

/// What the master key wraps in a data directory, as bytes, to be copied to a backup and back without being opened.
class WrappedSecrets {
 public:
  template <class T>
  using Read = std::expected<T, StoreProblem>;

  /// Of a data directory, also beside a running server.
  static Read<WrappedSecrets> find(const std::filesystem::path& directory);

  Read<std::string> root_secret() const;
  /// nullopt: the directory has no master key of its own.
  Read<std::optional<std::string>> master_key() const;
  /// Slots from `first` to at most `last`, 64 bytes each; fewer at the end of what there is. None is half erased.
  Read<std::string> slots(PlatformId platform, SlotId first, SlotId last) const;

  Read<void> put_root_secret(std::string_view bytes) const;
  Read<void> put_master_key(std::string_view bytes) const;
  /// Behind those that were put before; the first one makes the file.
  Read<void> put_slots(PlatformId platform, SlotId first, std::string_view slots) const;

 private:
  struct Place;
  explicit WrappedSecrets(std::shared_ptr<const Place> place) : place_(std::move(place)) {}
  std::shared_ptr<const Place> place_;
};

/// Makes an empty directory into one that only `StoreOptions::restoring` opens, and into a data directory again.
std::expected<void, StoreProblem> begin_restoring(const std::filesystem::path& directory);
std::expected<void, StoreProblem> end_restoring(const std::filesystem::path& directory);

}  // namespace annals
