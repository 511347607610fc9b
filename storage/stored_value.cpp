#include "storage/stored_value.hpp"

namespace annals {
namespace {

// On disk; never change.
constexpr std::uint8_t kPlain = 1;
constexpr std::uint8_t kSealed = 2;
constexpr std::uint8_t kErased = 3;

}  // namespace

ValueFormat::Parts ValueFormat::parse(std::string_view value) {
  ByteReader in(value);
  const auto kind = in.u8();
  Parts parts;
  if (kind == kPlain) {
    parts.plain = in.raw(in.size());
    return parts;
  }
  if (kind != kSealed && kind != kErased) throw DecodeError("a stored value of an unknown kind");
  parts.plain = in.text();
  parts.slot = SlotId{in.varint()};
  if (kind == kSealed) {
    parts.sealed = in.raw(in.size());
  } else {
    in.expect_end();
  }
  return parts;
}

void ValueFormat::append_plain(std::string_view plain, std::string& out) {
  ByteWriter writer(out);
  writer.u8(kPlain);
  writer.raw(plain);
}

void ValueFormat::append_sealed(const Sealer& sealer, PlatformId platform, std::string_view whole_key,
                                std::string_view plain, SlotId slot, std::string_view data, std::string& out) {
  ByteWriter writer(out);
  writer.u8(kSealed);
  writer.text(plain);
  writer.varint(slot.value);
  sealer.seal(platform, slot, whole_key, data, out);
}

void ValueFormat::append_erased(std::string_view plain, SlotId slot, std::string& out) {
  ByteWriter writer(out);
  writer.u8(kErased);
  writer.text(plain);
  writer.varint(slot.value);
}

StoredValue ValueFormat::open(const Sealer& sealer, PlatformId platform, std::string_view whole_key,
                              std::string_view value) {
  const auto parts = parse(value);
  StoredValue opened;
  opened.plain = parts.plain;
  opened.slot = parts.slot;
  if (parts.sealed) opened.data = sealer.open(platform, *parts.slot, whole_key, *parts.sealed);
  return opened;
}

std::string ViewKey::behind(std::string prefix) {
  while (!prefix.empty() && static_cast<std::uint8_t>(prefix.back()) == 0xFF) prefix.pop_back();
  if (!prefix.empty()) prefix.back() = static_cast<char>(static_cast<std::uint8_t>(prefix.back()) + 1);
  return prefix;
}

}  // namespace annals
