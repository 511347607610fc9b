#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace annals {

/// A number that cannot be taken for another kind of number.
template <class Tag, class Rep = std::uint64_t>
struct Number {
  using rep = Rep;
  Rep value{};
  constexpr auto operator<=>(const Number&) const = default;
};

using PlatformId = Number<struct PlatformTag>;          ///< 0 is the system platform: users and the list of platforms
using UserId = Number<struct UserTag>;                  ///< from 1; 0 in an actor means the server itself
using KeyId = Number<struct KeyTag>;                    ///< an API key, per platform, from 1
using RoleId = Number<struct RoleTag>;                  ///< per platform, from 1
using PolicyId = Number<struct PolicyTag>;              ///< per platform, from 1
using InvitationId = Number<struct InvitationTag>;      ///< per platform, from 1
using WebhookId = Number<struct WebhookTag>;            ///< per platform, from 1
using PipelineId = Number<struct PipelineTag>;          ///< per platform, from 1
using StageId = Number<struct StageTag>;                ///< per platform, from 1
using LeadSourceId = Number<struct LeadSourceTag>;      ///< per platform, from 1
using DealId = Number<struct DealTag>;                  ///< per platform, from 1
using ActivityId = Number<struct ActivityTag>;          ///< per platform, from 1
using TagId = Number<struct TagTag>;                    ///< per platform, from 1
using FavoriteId = Number<struct FavoriteTag>;          ///< per platform, from 1
using SavedViewId = Number<struct SavedViewTag>;        ///< per platform, from 1
using AssignmentId = Number<struct AssignmentTag>;      ///< of a tag, per platform, from 1
using Position = Number<struct PositionTag>;            ///< of an event in its platform's log, 1, 2, 3 … without gaps
using StreamVersion = Number<struct StreamVersionTag>;  ///< of an event in its stream, 1, 2, 3 … without gaps
using Ordinal = Number<struct OrdinalTag,
                       std::uint32_t>;  ///< of a record in its platform, in creation order, from 0, never used again
using SlotId = Number<struct SlotTag>;  ///< of a subject's key in its platform's key store

inline constexpr PlatformId kSystemPlatform{0};

/// 128 bits, printed as 8-4-4-4-12 lower-case hex.
struct Uuid {
  std::array<std::uint8_t, 16> bytes{};
  constexpr auto operator<=>(const Uuid&) const = default;

  /// Accepts the hyphenated form and 32 hex digits, either case; nullopt for anything else.
  static std::optional<Uuid> parse(std::string_view text);
  std::string to_string() const;
  void append_to(std::string& out) const;  ///< as printed
  std::string_view view() const { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }
};

template <class Tag>
struct UuidOf : Uuid {
  constexpr UuidOf() = default;
  constexpr explicit UuidOf(const Uuid& uuid) : Uuid(uuid) {}
  constexpr auto operator<=>(const UuidOf&) const = default;
  static std::optional<UuidOf> parse(std::string_view text) {
    auto uuid = Uuid::parse(text);
    return uuid ? std::optional<UuidOf>(UuidOf(*uuid)) : std::nullopt;
  }
};

using PersonId = UuidOf<struct PersonTag>;
using OrganizationId = UuidOf<struct OrganizationTag>;
using EventId = UuidOf<struct EventTag>;
using CorrelationId = UuidOf<struct CorrelationTag>;

}  // namespace annals

template <class Tag, class Rep>
struct std::hash<annals::Number<Tag, Rep>> {
  std::size_t operator()(const annals::Number<Tag, Rep>& n) const noexcept { return std::hash<Rep>{}(n.value); }
};
template <>
struct std::hash<annals::Uuid> {
  std::size_t operator()(const annals::Uuid& uuid) const noexcept {
    std::uint64_t low;
    std::uint64_t high;
    std::memcpy(&high, uuid.bytes.data(), 8);
    std::memcpy(&low, uuid.bytes.data() + 8, 8);
    return high ^ (low * 0x9E3779B97F4A7C15ULL);
  }
};
template <class Tag>
struct std::hash<annals::UuidOf<Tag>> : std::hash<annals::Uuid> {};
