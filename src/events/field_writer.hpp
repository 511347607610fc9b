#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "core/bytes.hpp"
#include "core/json.hpp"
#include "core/money.hpp"
#include "core/secret_text.hpp"
#include "core/time.hpp"
#include "events/describe.hpp"
#include "events/enums.hpp"

/// The stored form of fields and values, written. docs/log-format.md says it byte for byte.
namespace annals {

template <Described T>
void write_fields(std::string& out, const T& value);

/// Within the years 0001 to 9999, as format_timestamp writes them; no other time is ever stored.
constexpr bool can_be_shown(Timestamp at) {
  using namespace std::chrono;
  constexpr Timestamp kFirst = sys_days(year(1) / January / 1);
  constexpr Timestamp kEnd = sys_days(year(10000) / January / 1);
  return kFirst <= at && at < kEnd;
}

/// Runs `write`, which appends to `out`, and puts the length of what it wrote in front of that.
template <class Write>
void write_behind_length(std::string& out, Write&& write) {
  const auto length_at = out.size();
  out += '\0';
  write();
  const auto length = out.size() - length_at - 1;
  if (length < 0x80) {
    out[length_at] = static_cast<char>(length);
    return;
  }
  std::string prefix;
  ByteWriter(prefix).varint(length);
  out.replace(length_at, 1, prefix);
}

inline void write_value(std::string& out, bool value) {
  out += value ? '\1' : '\0';
}
inline void write_value(std::string& out, std::uint64_t value) {
  ByteWriter(out).varint(value);
}
inline void write_value(std::string& out, std::string_view value) {
  out += value;
}
inline void write_value(std::string& out, const std::string& value) {
  out += value;
}
inline void write_value(std::string& out, const char* value) = delete;
inline void write_value(std::string& out, const JsonText& value) {
  out += value.text;
}
inline void write_value(std::string& out, const SecretText& value) {
  out += value.text;
}
void write_value(std::string& out, Timestamp value);  ///< throws std::out_of_range where !can_be_shown
void write_value(std::string& out, Day value);        ///< throws std::out_of_range where it cannot be shown
inline void write_value(std::string& out, Amount value) {
  ByteWriter(out).i64(value.hundredths);
}
inline void write_value(std::string& out, Currency value) {
  out += value.code();
}
inline void write_value(std::string& out, const Uuid& value) {
  out += value.view();
}
template <std::size_t N>
void write_value(std::string& out, const std::array<std::uint8_t, N>& value) {
  out += as_view(value);
}
template <class Tag>
void write_value(std::string& out, Number<Tag> value) {
  ByteWriter(out).varint(value.value);
}
template <NamedEnum E>
void write_value(std::string& out, E value) {
  out += static_cast<char>(value);
}
template <Described T>
void write_value(std::string& out, const T& value) {
  write_fields(out, value);
}
template <class T>
void write_value(std::string& out, const std::vector<T>& items) {
  for (const auto& item : items) {
    write_behind_length(out, [&] { write_value(out, item); });
  }
}

/// Writes the plain fields of one struct; its sealed parts stand elsewhere.
class FieldWriter {
 public:
  explicit FieldWriter(std::string& out) : out_(out) {}

  template <class T>
  void operator()(std::uint32_t number, std::string_view, const T& value) {
    write(number, value);
  }
  template <class T>
  void operator()(std::uint32_t number, std::string_view, const std::optional<T>& value) {
    if (value) write(number, *value);
  }
  template <class T>
  void operator()(std::uint32_t number, std::string_view, const std::optional<std::optional<T>>& value) {
    if (!value) return;
    if (*value) {
      write(number, **value);
    } else {
      ByteWriter(out_).varint(std::uint64_t{number} << 1 | 1);
    }
  }
  template <class Part>
  void sealed(std::uint32_t, const Part&) {}

 private:
  template <class T>
  void write(std::uint32_t number, const T& value) {
    ByteWriter(out_).varint(std::uint64_t{number} << 1);
    write_behind_length(out_, [&] { write_value(out_, value); });
  }
  std::string& out_;
};

template <Described T>
void write_fields(std::string& out, const T& value) {
  static_assert(well_described<T>(), "field numbers ascend and no two fields share a name");
  FieldWriter writer(out);
  T::fields(value, writer);
}

}  // namespace annals
