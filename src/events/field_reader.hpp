#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/bytes.hpp"
#include "core/json.hpp"
#include "core/money.hpp"
#include "core/secret_text.hpp"
#include "core/time.hpp"
#include "events/describe.hpp"
#include "events/enums.hpp"
#include "events/field_writer.hpp"

/// The stored form of fields and values, read. Every accepted text of bytes is the one that field_writer.hpp writes;
/// anything else throws DecodeError.
namespace annals {

template <Described T>
void read_fields(std::string_view bytes, T& value);

/// Reads the fields of one struct one after the other, as they stand in the bytes, without looking into their values.
class FieldCursor {
 public:
  explicit FieldCursor(std::string_view bytes) : in_(bytes) { next(); }

  bool at_end() const { return !standing_; }
  std::uint64_t number() const { return number_; }
  bool null() const { return null_; }
  std::string_view bytes() const { return bytes_; }  ///< empty when null
  void next();

 private:
  ByteReader in_;
  bool standing_ = false;
  std::uint64_t number_ = 0;
  bool null_ = false;
  std::string_view bytes_;
};

void read_value(std::string_view bytes, bool& value);
void read_value(std::string_view bytes, std::uint64_t& value);
void read_value(std::string_view bytes, Timestamp& value);
void read_value(std::string_view bytes, Day& value);
void read_value(std::string_view bytes, Amount& value);
void read_value(std::string_view bytes, Currency& value);
inline void read_value(std::string_view bytes, std::string& value) {
  value = bytes;
}
inline void read_value(std::string_view bytes, JsonText& value) {
  value.text = bytes;
}
inline void read_value(std::string_view bytes, SecretText& value) {
  value.text = bytes;
}
template <std::size_t N>
void read_value(std::string_view bytes, std::array<std::uint8_t, N>& value) {
  if (bytes.size() != N) throw DecodeError("a value of another length than " + std::to_string(N));
  std::copy(bytes.begin(), bytes.end(), value.begin());
}
template <DerivedFromUuid T>
void read_value(std::string_view bytes, T& value) {
  read_value(bytes, value.bytes);
}
template <class Tag>
void read_value(std::string_view bytes, Number<Tag>& value) {
  read_value(bytes, value.value);
}
template <NamedEnum E>
void read_value(std::string_view bytes, E& value) {
  if (bytes.size() != 1) throw DecodeError("a value of another length than 1");
  const auto byte = static_cast<std::uint8_t>(bytes[0]);
  const auto known = enum_of_byte<E>(byte);
  if (!known) throw DecodeError("an unknown value " + std::to_string(byte));
  value = *known;
}
template <Described T>
void read_value(std::string_view bytes, T& value) {
  read_fields(bytes, value);
}
template <class T>
void read_value(std::string_view bytes, std::vector<T>& items) {
  items.clear();
  for (ByteReader in(bytes); !in.empty();) read_value(in.text(), items.emplace_back());
}

/// Reads the plain fields of one struct; its sealed parts stand elsewhere.
class FieldReader {
 public:
  explicit FieldReader(std::string_view bytes) : at_(bytes) {}

  template <class T>
  void operator()(std::uint32_t number, std::string_view name, T& value) {
    if (!stands(number)) throw_missing(name);
    if (at_.null()) throw_null(name);
    read(name, value);
  }
  template <class T>
  void operator()(std::uint32_t number, std::string_view name, std::optional<T>& value) {
    value.reset();
    if (!stands(number)) return;
    if (at_.null()) throw_null(name);
    read(name, value.emplace());
  }
  template <class T>
  void operator()(std::uint32_t number, std::string_view name, std::optional<std::optional<T>>& value) {
    value.reset();
    if (!stands(number)) return;
    auto& inner = value.emplace();
    if (at_.null()) {
      at_.next();
    } else {
      read(name, inner.emplace());
    }
  }
  template <class Part>
  void sealed(std::uint32_t, const Part&) {}

  /// Throws when a field is left that the struct does not have.
  void finish() const;

 private:
  bool stands(std::uint32_t number) const {
    if (at_.at_end()) return false;
    if (at_.number() < number) throw_unknown();
    return at_.number() == number;
  }
  template <class T>
  void read(std::string_view name, T& value) {
    try {
      read_value(at_.bytes(), value);
    } catch (const DecodeError& error) {
      throw_inside(name, error);
    }
    at_.next();
  }
  [[noreturn]] void throw_unknown() const;
  [[noreturn]] static void throw_missing(std::string_view name);
  [[noreturn]] static void throw_null(std::string_view name);
  [[noreturn]] static void throw_inside(std::string_view name, const DecodeError& error);

  FieldCursor at_;
};

template <Described T>
void read_fields(std::string_view bytes, T& value) {
  FieldReader reader(bytes);
  T::fields(value, reader);
  reader.finish();
}

}  // namespace annals
