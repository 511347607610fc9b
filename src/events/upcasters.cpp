#include "events/upcasters.hpp"

#include <stdexcept>

#include "core/bytes.hpp"
#include "events/field_reader.hpp"

namespace annals {
namespace {

/// When a person was erased alone, there were no records about persons yet.
RawEvent no_records_beside(RawEvent event) {
  constexpr std::uint32_t kRecords = 5;
  event.plain[kRecords] = std::string();
  return event;
}

}  // namespace

RawFields read_raw_fields(std::string_view bytes) {
  RawFields fields;
  for (FieldCursor at(bytes); !at.at_end(); at.next()) {
    if (at.number() > UINT32_MAX) throw DecodeError("an unknown field " + std::to_string(at.number()));
    auto& value = fields[static_cast<std::uint32_t>(at.number())];
    if (!at.null()) value = at.bytes();
  }
  return fields;
}

std::string write_raw_fields(const RawFields& fields) {
  std::string bytes;
  ByteWriter out(bytes);
  for (const auto& [number, value] : fields) {
    out.varint(std::uint64_t{number} << 1 | (value ? 0 : 1));
    if (value) out.text(*value);
  }
  return bytes;
}

void Upcasters::add(std::string_view type, std::uint16_t from, Upcast upcast) {
  const bool added = steps_.emplace(std::pair(std::string(type), from), upcast).second;
  if (!added) throw std::logic_error("two upcasters for " + std::string(type) + " of schema " + std::to_string(from));
}

bool Upcasters::has(std::string_view type, std::uint16_t from) const {
  return steps_.contains(std::pair(std::string(type), from));
}

RawEvent Upcasters::bring(std::string_view type, std::uint16_t from, std::uint16_t to, RawEvent event) const {
  for (; from < to; ++from) {
    const auto step = steps_.find(std::pair(std::string(type), from));
    if (step == steps_.end()) {
      throw DecodeError(std::string(type) + " of schema " + std::to_string(from) + ": no way from there to schema " +
                        std::to_string(to));
    }
    event = step->second(std::move(event));
  }
  return event;
}

const Upcasters& upcasters() {
  static const Upcasters all = [] {
    Upcasters steps;
    steps.add("PersonErased", 1, no_records_beside);
    return steps;
  }();
  return all;
}

}  // namespace annals
