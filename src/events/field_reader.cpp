#include "events/field_reader.hpp"

namespace annals {

void FieldCursor::next() {
  standing_ = !in_.empty();
  if (!standing_) return;
  const auto header = in_.varint();
  if (header >> 1 <= number_) throw DecodeError("field " + std::to_string(header >> 1) + " twice or out of order");
  number_ = header >> 1;
  null_ = (header & 1) != 0;
  bytes_ = null_ ? std::string_view() : in_.text();
}

void read_value(std::string_view bytes, bool& value) {
  if (bytes.size() != 1 || static_cast<std::uint8_t>(bytes[0]) > 1) throw DecodeError("neither true nor false");
  value = bytes[0] == '\1';
}

void read_value(std::string_view bytes, std::uint64_t& value) {
  ByteReader in(bytes);
  value = in.varint();
  in.expect_end();
}

void read_value(std::string_view bytes, Timestamp& value) {
  ByteReader in(bytes);
  value = from_micros(in.i64());
  in.expect_end();
  if (!can_be_shown(value)) throw DecodeError("a time outside the years 0001 to 9999");
}

void read_value(std::string_view bytes, Day& value) {
  ByteReader in(bytes);
  const auto days = in.i64();
  in.expect_end();
  constexpr std::int64_t kDaysMax = 10'000 * 366;  // within which the count of microseconds cannot overflow
  if (days < -kDaysMax || days > kDaysMax) throw DecodeError("a day outside the years 0001 to 9999");
  value.date = std::chrono::sys_days(std::chrono::days(days));
  if (!can_be_shown(Timestamp(value.date))) throw DecodeError("a day outside the years 0001 to 9999");
}

void read_value(std::string_view bytes, Amount& value) {
  ByteReader in(bytes);
  value.hundredths = in.i64();
  in.expect_end();
  if (value > kAmountMax || value < Amount{-kAmountMax.hundredths}) throw DecodeError("an amount of too many digits");
}

void read_value(std::string_view bytes, Currency& value) {
  const auto currency = currency_of(bytes);
  if (!currency) throw DecodeError("no currency");
  value = *currency;
}

void FieldReader::finish() const {
  if (!at_.at_end()) throw_unknown();
}

void FieldReader::throw_unknown() const {
  throw DecodeError("an unknown field " + std::to_string(at_.number()));
}

void FieldReader::throw_missing(std::string_view name) {
  throw DecodeError("field '" + std::string(name) + "' is missing");
}

void FieldReader::throw_null(std::string_view name) {
  throw DecodeError("field '" + std::string(name) + "' is null and must not be");
}

void FieldReader::throw_inside(std::string_view name, const DecodeError& error) {
  throw DecodeError("field '" + std::string(name) + "': " + error.what());
}

}  // namespace annals
