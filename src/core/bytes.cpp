#include "core/bytes.hpp"

#include "core/hex_digits.hpp"

namespace annals {

std::string to_hex(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    text += kHexDigits[static_cast<std::uint8_t>(c) >> 4];
    text += kHexDigits[static_cast<std::uint8_t>(c) & 15];
  }
  return text;
}

std::uint64_t ByteReader::varint() {
  std::uint64_t n = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    const std::uint64_t byte = u8();
    if (shift == 63 && byte > 1) throw DecodeError("number over 64 bits");
    n |= (byte & 0x7f) << shift;
    if (byte < 0x80) {
      if (byte == 0 && shift > 0) throw DecodeError("number in a longer form than needed");
      return n;
    }
  }
  throw DecodeError("number over 64 bits");
}

std::size_t ByteReader::length() {
  const auto n = varint();
  if (n > rest_.size()) throw DecodeError("ends too early");
  return static_cast<std::size_t>(n);
}

void append_big_endian(std::string& out, std::uint64_t n) {
  for (int shift = 56; shift >= 0; shift -= 8) out += static_cast<char>(n >> shift);
}

std::uint64_t read_big_endian(std::string_view eight_bytes) {
  if (eight_bytes.size() < 8) throw DecodeError("ends too early");
  std::uint64_t n = 0;
  for (std::size_t i = 0; i < 8; ++i) n = n << 8 | static_cast<std::uint8_t>(eight_bytes[i]);
  return n;
}

}  // namespace annals
