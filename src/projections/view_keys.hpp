#pragma once

#include <concepts>
#include <string>
#include <string_view>

#include "core/bytes.hpp"
#include "core/sealing.hpp"
#include "core/time.hpp"
#include "projections/pack.hpp"
#include "storage/byte_store.hpp"

/// How the views' keys are made.
namespace annals {

/// Beside the 8-byte ids of a view: the next id or ordinal. Sorts behind every id that can be reached.
inline constexpr std::string_view kNextKey = "next";

template <class Tag>
std::string key_of(Number<Tag, std::uint64_t> id) {
  std::string key;
  append_big_endian(key, id.value);
  return key;
}
inline std::string key_of(Ordinal ordinal) {
  std::string key;
  for (int shift = 24; shift >= 0; shift -= 8) key += static_cast<char>(ordinal.value >> shift);
  return key;
}
inline std::string_view key_of(const Uuid& id) {
  return id.view();
}
inline std::string_view key_of(const Digest128& digest) {
  return as_view(digest);
}

/// Sorts as times do.
inline std::string key_of(Timestamp at) {
  std::string key;
  append_big_endian(key, static_cast<std::uint64_t>(micros(at)) ^ (1ull << 63));
  return key;
}

inline std::string ascii_lower(std::string_view text) {
  std::string lower(text);
  for (auto& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

inline Digest128 email_digest(const Digester& digester, PlatformId platform, std::string_view email) {
  return digester.short_digest(platform, DigestPurpose::email, ascii_lower(email));
}

/// `first` when nothing was counted yet.
template <class Id>
Id next_of(const ViewReader& views, PlatformId platform, ViewId view, Id first) {
  const auto found = views.get_plain(platform, view, kNextKey);
  return found ? unpack<Id>(*found) : first;
}

/// From now on `used` and all below are never handed out again.
template <class Id>
void count_used(ViewChanges& views, PlatformId platform, ViewId view, Id used) {
  const Id next = next_of(views, platform, view, Id{});
  if (used < next) return;
  views.put(platform, view, kNextKey, pack(Id{static_cast<typename Id::rep>(used.value + 1)}));
}

/// The value of a digest's key, an id.
template <class Id>
std::optional<Id> find_by(const ViewReader& views, PlatformId platform, ViewId view, const Digest128& digest) {
  const auto found = views.get_plain(platform, view, key_of(digest));
  return found ? std::optional(unpack<Id>(*found)) : std::nullopt;
}

/// Moves the key under which a record is found by value.
template <class Id>
void move_digest(ViewChanges& views, PlatformId platform, ViewId view, const std::optional<Digest128>& before,
                 const std::optional<Digest128>& after, const Id& id) {
  if (before == after) return;
  if (before && find_by<Id>(views, platform, view, *before) == id) views.erase(platform, view, key_of(*before));
  if (after) views.put(platform, view, key_of(*after), pack(id));
}

}  // namespace annals
