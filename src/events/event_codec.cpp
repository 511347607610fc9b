#include "events/event_codec.hpp"

namespace annals {

std::string sealing_data(const EventPlace& place, SlotId slot, std::uint32_t number) {
  std::string bytes;
  bytes.reserve(place.stream.size() + place.type.size() + 24);
  ByteWriter out(bytes);
  out.varint(place.platform.value);
  out.text(place.stream);
  out.varint(place.version.value);
  out.text(place.type);
  out.varint(slot.value);
  out.varint(number);
  return bytes;
}

void write_sealed_part(std::string& out, const EventPlace& place, std::uint32_t number, SlotId slot,
                       std::string_view fields, const Sealer& sealer) {
  ByteWriter writer(out);
  writer.varint(number);
  writer.varint(slot.value);
  write_behind_length(out, [&] { sealer.seal(place.platform, slot, sealing_data(place, slot, number), fields, out); });
}

StoredEvent read_stored_event(ByteReader& in, std::uint16_t schema, const EventPlace& place, const Sealer& sealer) {
  StoredEvent stored;
  stored.schema = schema;
  stored.plain = in.text();
  std::uint64_t last = 0;
  for (auto left = in.varint(); left > 0; --left) {
    const auto number = in.varint();
    if (number <= last) throw DecodeError("sealed part " + std::to_string(number) + " twice or out of order");
    if (number > UINT32_MAX) throw DecodeError("an unknown sealed part " + std::to_string(number));
    last = number;
    const SlotId slot{in.varint()};
    const auto sealed = in.text();
    const auto additional = sealing_data(place, slot, static_cast<std::uint32_t>(number));
    stored.parts.push_back({number, slot, sealer.open(place.platform, slot, additional, sealed)});
  }
  return stored;
}

RawEvent raw_of(const StoredEvent& stored) {
  RawEvent raw;
  raw.plain = read_raw_fields(stored.plain);
  for (const auto& part : stored.parts) {
    auto& raw_part = raw.sealed[static_cast<std::uint32_t>(part.number)];
    raw_part.slot = part.slot;
    if (part.fields) raw_part.fields = read_raw_fields(*part.fields);
  }
  return raw;
}

StoredEvent stored_of(const RawEvent& raw, std::uint16_t schema, std::string& bytes) {
  StoredEvent stored;
  stored.schema = schema;
  bytes = write_raw_fields(raw.plain);
  stored.plain = bytes;
  for (const auto& [number, part] : raw.sealed) {
    auto& opened = stored.parts.emplace_back(OpenedPart{number, part.slot, std::nullopt});
    if (part.fields) opened.fields = write_raw_fields(*part.fields);
  }
  return stored;
}

void throw_unknown_schema(std::string_view type, std::uint16_t schema, std::uint16_t known) {
  throw DecodeError(std::string(type) + " of schema " + std::to_string(schema) + ": this program knows schemas 1 to " +
                    std::to_string(known));
}

}  // namespace annals
