#pragma once

#include <array>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string_view>
#include <type_traits>
#include <vector>

#include "core/ids.hpp"
#include "events/sealed.hpp"

/// What can be said at compile time about a struct that describes itself by `fields`.
namespace annals {

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;

template <class T>
inline constexpr bool is_vector = false;
template <class T>
inline constexpr bool is_vector<std::vector<T>> = true;

template <class T>
inline constexpr bool is_number = false;
template <class Tag, class Rep>
inline constexpr bool is_number<Number<Tag, Rep>> = true;

template <class T>
inline constexpr bool is_digest = false;
template <std::size_t N>
inline constexpr bool is_digest<std::array<std::uint8_t, N>> = true;

template <class T>
concept DerivedFromUuid = std::derived_from<T, Uuid>;

/// Accepts every field; for asking whether a type has `fields`.
struct AnyField {
  constexpr void operator()(std::uint32_t, std::string_view, const auto&) {}
  constexpr void sealed(std::uint32_t, const auto&) {}
};

template <class T>
concept Described = requires(T& self, AnyField field) { T::fields(self, field); };

/// T of a Sealed<T> or of a std::optional<Sealed<T>>.
template <class Part>
struct SealedData;
template <class T>
struct SealedData<Sealed<T>> {
  using type = T;
};
template <class T>
struct SealedData<std::optional<Sealed<T>>> {
  using type = T;
};
template <class Part>
using sealed_data = typename SealedData<Part>::type;

inline constexpr std::size_t kFieldsMax = 64;

/// Gathers the numbers of one struct and the names of its plain and personal fields together.
struct FieldList {
  std::array<std::string_view, kFieldsMax> names;
  std::size_t name_count = 0;
  std::uint32_t last_number = 0;
  std::size_t sealed_count = 0;
  bool ascending = true;

  constexpr void number_follows(std::uint32_t number) {
    ascending = ascending && number > last_number;
    last_number = number;
  }
  constexpr void operator()(std::uint32_t number, std::string_view name, const auto&) {
    number_follows(number);
    names[name_count++] = name;
  }
  template <class Part>
  constexpr void sealed(std::uint32_t number, const Part&) {
    number_follows(number);
    ++sealed_count;
    FieldList inner;
    sealed_data<Part> data{};  // not const: GCC 12 refuses a const std::string in a constant expression
    sealed_data<Part>::fields(data, inner);
    ascending = ascending && inner.ascending;
    for (std::size_t i = 0; i < inner.name_count; ++i) names[name_count++] = inner.names[i];
  }
  constexpr bool names_differ() const {
    for (std::size_t i = 0; i < name_count; ++i) {
      if (names[i] == "erased") return false;  // data_json says it beside the fields
      for (std::size_t j = 0; j < i; ++j) {
        if (names[i] == names[j]) return false;
      }
    }
    return true;
  }
};

template <Described T>
consteval FieldList field_list() {
  FieldList list;
  T self{};
  T::fields(self, list);
  return list;
}

/// Numbers ascend (so none is there twice) and no two fields share a name, sealed ones counted in. Checked where an
/// event is written, by GCC only: clang cannot evaluate libstdc++ 12's std::string at compile time.
template <Described T>
consteval bool well_described() {
#ifdef __clang__
  return true;
#else
  constexpr FieldList list = field_list<T>();
  return list.ascending && list.names_differ();
#endif
}

}  // namespace annals
