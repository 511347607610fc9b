#include "events/field_writer.hpp"

#include <stdexcept>

namespace annals {

void write_value(std::string& out, Timestamp value) {
  if (!can_be_shown(value)) throw std::out_of_range("a time outside the years 0001 to 9999 cannot be stored");
  ByteWriter(out).i64(micros(value));
}

}  // namespace annals
