#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "core/bytes.hpp"
#include "core/json.hpp"
#include "core/money.hpp"
#include "core/secret_text.hpp"
#include "core/time.hpp"
#include "events/describe.hpp"

/// How views hold structs: member after member, without names. A struct lists its members in `parts`, or has the
/// `fields` of an event's personal part. Views can be rebuilt, so a changed struct needs a rebuild and no versions.
namespace annals {

class Packer {
 public:
  explicit Packer(std::string& out) : out_(out) {}

  template <class T>
  void put(const T& value) {
    if constexpr (std::is_same_v<T, bool>) {
      out_.u8(value ? 1 : 0);
    } else if constexpr (std::is_enum_v<T>) {
      out_.u8(static_cast<std::uint8_t>(value));
    } else if constexpr (std::is_unsigned_v<T>) {
      out_.varint(value);
    } else if constexpr (is_number<T>) {
      out_.varint(value.value);
    } else if constexpr (std::is_same_v<T, Timestamp>) {
      out_.i64(micros(value));
    } else if constexpr (std::is_same_v<T, Day>) {
      out_.i64(value.date.time_since_epoch().count());
    } else if constexpr (std::is_same_v<T, Amount>) {
      out_.i64(value.hundredths);
    } else if constexpr (std::is_same_v<T, Currency>) {
      out_.raw(value.code());
    } else if constexpr (DerivedFromUuid<T>) {
      out_.raw(value.view());
    } else if constexpr (is_digest<T>) {
      out_.raw(as_view(value));
    } else if constexpr (std::is_same_v<T, JsonText> || std::is_same_v<T, SecretText>) {
      out_.text(value.text);
    } else if constexpr (std::is_same_v<T, std::string>) {
      out_.text(value);
    } else if constexpr (is_optional<T>) {
      out_.u8(value ? 1 : 0);
      if (value) put(*value);
    } else if constexpr (is_vector<T>) {
      out_.varint(value.size());
      for (const auto& item : value) put(item);
    } else if constexpr (requires { T::parts(value, *this); }) {
      T::parts(value, [this](const auto&... member) { (this->put(member), ...); });
    } else {
      T::fields(value, [this](std::uint32_t, std::string_view, const auto& member) { this->put(member); });
    }
  }

 private:
  ByteWriter out_;
};

class Unpacker {
 public:
  explicit Unpacker(std::string_view bytes) : in_(bytes) {}

  template <class T>
  void take(T& value) {
    if constexpr (std::is_same_v<T, bool>) {
      value = in_.u8() != 0;
    } else if constexpr (std::is_enum_v<T>) {
      value = static_cast<T>(in_.u8());
    } else if constexpr (std::is_unsigned_v<T>) {
      value = static_cast<T>(in_.varint());
    } else if constexpr (is_number<T>) {
      value.value = static_cast<typename T::rep>(in_.varint());
    } else if constexpr (std::is_same_v<T, Timestamp>) {
      value = from_micros(in_.i64());
    } else if constexpr (std::is_same_v<T, Day>) {
      value.date = std::chrono::sys_days(std::chrono::days(in_.i64()));
    } else if constexpr (std::is_same_v<T, Amount>) {
      value.hundredths = in_.i64();
    } else if constexpr (std::is_same_v<T, Currency>) {
      for (auto& letter : value.letters) letter = static_cast<char>(in_.u8());
    } else if constexpr (DerivedFromUuid<T>) {
      value.bytes = in_.array<16>();
    } else if constexpr (is_digest<T>) {
      value = in_.array<std::tuple_size_v<T>>();
    } else if constexpr (std::is_same_v<T, JsonText> || std::is_same_v<T, SecretText>) {
      value.text = in_.text();
    } else if constexpr (std::is_same_v<T, std::string>) {
      value = in_.text();
    } else if constexpr (is_optional<T>) {
      value.reset();
      if (in_.u8() != 0) take(value.emplace());
    } else if constexpr (is_vector<T>) {
      value.clear();
      for (auto left = in_.varint(); left > 0; --left) take(value.emplace_back());
    } else if constexpr (requires { T::parts(value, *this); }) {
      T::parts(value, [this](auto&... member) { (this->take(member), ...); });
    } else {
      T::fields(value, [this](std::uint32_t, std::string_view, auto& member) { this->take(member); });
    }
  }
  void expect_end() const { in_.expect_end(); }

 private:
  ByteReader in_;
};

template <class T>
std::string pack(const T& value) {
  std::string bytes;
  Packer(bytes).put(value);
  return bytes;
}

/// Throws DecodeError when the bytes are no T.
template <class T>
T unpack(std::string_view bytes) {
  T value{};
  Unpacker in(bytes);
  in.take(value);
  in.expect_end();
  return value;
}

}  // namespace annals
