#include "events/field_writer.hpp"

#include <stdexcept>

namespace annals {

void write_value(std::string& out, Timestamp value) {
  if (!can_be_shown(value)) throw std::out_of_range("a time outside the years 0001 to 9999 cannot be stored");
  ByteWriter(out).i64(micros(value));
}

void write_value(std::string& out, Day value) {
  if (!can_be_shown(Timestamp(value.date))) throw std::out_of_range("a day outside the years 0001 to 9999");
  ByteWriter(out).i64(value.date.time_since_epoch().count());
}

}  // namespace annals
