#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "core/ids.hpp"

namespace annals {

/// The fields of one struct as they stand in the log: number → bytes of the value, nullopt for null. read_value and
/// write_value (events/field_reader.hpp, events/field_writer.hpp) convert the values.
using RawFields = std::map<std::uint32_t, std::optional<std::string>>;

RawFields read_raw_fields(std::string_view bytes);  ///< throws DecodeError
std::string write_raw_fields(const RawFields& fields);

/// A sealed part, opened.
struct RawPart {
  SlotId slot;
  std::optional<RawFields> fields;  ///< nullopt: its key is erased
  bool operator==(const RawPart&) const = default;
};

/// An event of one schema version, before it has a type: what an upcaster turns into the next version.
struct RawEvent {
  RawFields plain;
  std::map<std::uint32_t, RawPart> sealed;  ///< field number → part
  bool operator==(const RawEvent&) const = default;
};

/// From one schema version of a type to the next. Pure: reads no clock, no random source, no state. Makes do with
/// erased parts. What it cannot read it may throw as DecodeError.
using Upcast = RawEvent (*)(RawEvent);

/// Old shapes of events and how each becomes the next newer one.
class Upcasters {
 public:
  /// `from` becomes `from + 1`. Throws std::logic_error when that step is there already.
  void add(std::string_view type, std::uint16_t from, Upcast upcast);
  bool has(std::string_view type, std::uint16_t from) const;
  /// Throws DecodeError that names type and schema when a step is missing.
  RawEvent bring(std::string_view type, std::uint16_t from, std::uint16_t to, RawEvent event) const;

 private:
  std::map<std::pair<std::string, std::uint16_t>, Upcast, std::less<>> steps_;
};

/// Those of the events in the variant. A new schema version adds its step here and keeps its golden files.
const Upcasters& upcasters();

}  // namespace annals
