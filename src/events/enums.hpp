#pragma once

#include <concepts>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>
#include <type_traits>

namespace annals {

/// An enum that is stored as one byte and shown by name. `name_of` knows every value; for another byte it is empty.
template <class E>
concept NamedEnum = std::is_enum_v<E> && std::same_as<std::underlying_type_t<E>, std::uint8_t> && requires(E value) {
  { name_of(value) } -> std::same_as<std::string_view>;
};

template <NamedEnum E>
std::optional<E> enum_of_byte(std::uint8_t byte) {
  const auto value = static_cast<E>(byte);
  return name_of(value).empty() ? std::nullopt : std::optional<E>(value);
}

template <NamedEnum E>
std::optional<E> enum_named(std::string_view name) {
  if (name.empty()) return std::nullopt;
  for (unsigned byte = 0; byte <= std::numeric_limits<std::uint8_t>::max(); ++byte) {
    const auto value = static_cast<E>(byte);
    const auto known = name_of(value);
    if (known.empty()) return std::nullopt;  // values are dense from 0
    if (known == name) return value;
  }
  return std::nullopt;
}

}  // namespace annals
