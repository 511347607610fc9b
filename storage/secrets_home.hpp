#pragma once

#include <expected>
#include <string>

#include "storage/files.hpp"
#include "storage/store.hpp"

namespace annals {

/// Where everything stands that the master key wraps (`root.secret`, `keys`, and the generated `master.key`): in the
/// data directory itself, until a new master key was given; from then on in `secrets-2`, `secrets-3` and so on, of
/// which the file `secrets.current` names the one that counts. So a new master key takes over at one moment, by one
/// rename.
class SecretsHome {
 public:
  static constexpr std::string_view kCurrentFile = "secrets.current";

  /// The one that counts.
  static std::expected<SecretsHome, StoreProblem> find(const Files& files);

  Files files(const Files& data) const { return Files(data.env(), data.directory() / name()); }
  /// The one that a new master key makes, which does not count yet.
  SecretsHome next() const { return SecretsHome(number_ + 1); }
  /// From now on this one counts, for good.
  rocksdb::Status take_over(const Files& files) const;
  /// Overwrites and removes what a change of master keys left behind, finished or not. What the disk refuses to remove
  /// is left for the next time.
  void discard_others(const Files& files) const;

 private:
  explicit SecretsHome(unsigned number) : number_(number) {}
  std::string name() const;  ///< empty: the data directory itself

  unsigned number_;
};

}  // namespace annals
