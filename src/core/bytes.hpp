#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace annals {

using Digest = std::array<std::uint8_t, 32>;     ///< SHA-256 or HMAC-SHA-256
using Digest128 = std::array<std::uint8_t, 16>;  ///< the first half of an HMAC-SHA-256

template <std::size_t N>
std::string_view as_view(const std::array<std::uint8_t, N>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), N};
}

std::string to_hex(std::string_view bytes);

/// Bytes that do not say what they should: truncated, too long, an unknown number. Thrown by readers of stored bytes,
/// caught where the position is known.
struct DecodeError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Appends to a string: fixed numbers little-endian, varints as LEB128, texts behind their length.
class ByteWriter {
 public:
  explicit ByteWriter(std::string& out) : out_(out) {}
  void u8(std::uint8_t n) { out_ += static_cast<char>(n); }
  void u16(std::uint16_t n) { fixed(n); }
  void u32(std::uint32_t n) { fixed(n); }
  void u64(std::uint64_t n) { fixed(n); }
  void i64(std::int64_t n) { fixed(static_cast<std::uint64_t>(n)); }
  void varint(std::uint64_t n) {
    for (; n >= 0x80; n >>= 7) u8(static_cast<std::uint8_t>(n | 0x80));
    u8(static_cast<std::uint8_t>(n));
  }
  void raw(std::string_view bytes) { out_ += bytes; }
  void text(std::string_view bytes) {
    varint(bytes.size());
    raw(bytes);
  }

 private:
  template <class T>
  void fixed(T n) {
    for (std::size_t i = 0; i < sizeof(T); ++i) u8(static_cast<std::uint8_t>(n >> (8 * i)));
  }
  std::string& out_;
};

/// Reads what ByteWriter wrote; throws DecodeError past the end.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : rest_(bytes) {}
  std::uint8_t u8() { return static_cast<std::uint8_t>(raw(1)[0]); }
  std::uint16_t u16() { return fixed<std::uint16_t>(); }
  std::uint32_t u32() { return fixed<std::uint32_t>(); }
  std::uint64_t u64() { return fixed<std::uint64_t>(); }
  std::int64_t i64() { return static_cast<std::int64_t>(u64()); }
  std::uint64_t varint();  ///< throws on more than 64 bits and on a longer form than needed
  std::string_view raw(std::size_t count) {
    if (count > rest_.size()) throw DecodeError("ends too early");
    const auto bytes = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return bytes;
  }
  std::string_view text() { return raw(length()); }
  template <std::size_t N>
  std::array<std::uint8_t, N> array() {
    std::array<std::uint8_t, N> bytes;
    const auto from = raw(N);
    std::copy(from.begin(), from.end(), bytes.begin());
    return bytes;
  }
  bool empty() const { return rest_.empty(); }
  std::size_t size() const { return rest_.size(); }
  void expect_end() const {
    if (!empty()) throw DecodeError("bytes behind the end");
  }

 private:
  template <class T>
  T fixed() {
    const auto bytes = raw(sizeof(T));
    T n = 0;
    for (std::size_t i = sizeof(T); i-- > 0;) n = static_cast<T>(n << 8 | static_cast<std::uint8_t>(bytes[i]));
    return n;
  }
  std::size_t length();
  std::string_view rest_;
};

/// For keys: numbers big-endian, so that bytes sort as numbers do.
void append_big_endian(std::string& out, std::uint64_t n);
std::uint64_t read_big_endian(std::string_view eight_bytes);

}  // namespace annals
