#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "core/bytes.hpp"
#include "core/sealing.hpp"
#include "events/field_reader.hpp"
#include "events/field_writer.hpp"
#include "events/upcasters.hpp"

/// One event's plain part and sealed parts, to and from bytes. commit.cpp puts the envelope around them.
namespace annals {

/// Where an event stands; bound into each of its sealed parts, so that none can be moved elsewhere.
struct EventPlace {
  PlatformId platform;
  std::string_view stream;
  StreamVersion version;
  std::string_view type;
};

/// The additional data of the sealed part `number`. On disk; never change.
std::string sealing_data(const EventPlace& place, SlotId slot, std::uint32_t number);

/// Appends one entry of the list of sealed parts: number, slot, sealed fields.
void write_sealed_part(std::string& out, const EventPlace& place, std::uint32_t number, SlotId slot,
                       std::string_view fields, const Sealer& sealer);

/// Appends the sealed parts of one event.
class SealedWriter {
 public:
  SealedWriter(std::string& out, const EventPlace& place, const Sealer& sealer)
      : out_(out), place_(place), sealer_(sealer) {}

  template <class T>
  void operator()(std::uint32_t, std::string_view, const T&) {}
  template <class T>
  void sealed(std::uint32_t number, const Sealed<T>& part) {
    if (!part.data) throw std::logic_error("a sealed part of " + std::string(place_.type) + " without its data");
    fields_.clear();
    write_fields(fields_, *part.data);
    write_sealed_part(out_, place_, number, part.slot, fields_, sealer_);
    ++count_;
  }
  template <class T>
  void sealed(std::uint32_t number, const std::optional<Sealed<T>>& part) {
    if (part) sealed(number, *part);
  }
  std::uint8_t count() const { return count_; }

 private:
  std::string& out_;
  const EventPlace& place_;
  const Sealer& sealer_;
  std::string fields_;
  std::uint8_t count_ = 0;
};

/// Appends the plain part behind its length, the number of sealed parts, and these. Throws std::logic_error for a
/// sealed part without data and for times that cannot be stored.
template <Described E>
void write_event(std::string& out, const E& event, const EventPlace& place, const Sealer& sealer) {
  static_assert(kFieldsMax < 0x80, "the number of sealed parts is a varint of one byte");
  write_behind_length(out, [&] { write_fields(out, event); });
  const auto count_at = out.size();
  out += '\0';
  SealedWriter parts(out, place, sealer);
  E::fields(event, parts);
  out[count_at] = static_cast<char>(parts.count());
}

/// A sealed part whose key was asked.
struct OpenedPart {
  std::uint64_t number;
  SlotId slot;
  std::optional<std::string> fields;  ///< nullopt: its key is erased
};

/// An event's parts as they stand in the record, sealed ones opened.
struct StoredEvent {
  std::uint16_t schema = 0;
  std::string_view plain;
  std::vector<OpenedPart> parts;
};

/// Reads what write_event wrote. Throws DecodeError.
StoredEvent read_stored_event(ByteReader& in, std::uint16_t schema, const EventPlace& place, const Sealer& sealer);

/// Fills in the sealed parts of one event.
class SealedReader {
 public:
  explicit SealedReader(const std::vector<OpenedPart>& parts) : parts_(parts) {}

  template <class T>
  void operator()(std::uint32_t, std::string_view, T&) {}
  template <class T>
  void sealed(std::uint32_t number, Sealed<T>& part) {
    if (!stands(number)) throw DecodeError("sealed part " + std::to_string(number) + " is missing");
    read(part);
  }
  template <class T>
  void sealed(std::uint32_t number, std::optional<Sealed<T>>& part) {
    part.reset();
    if (stands(number)) read(part.emplace());
  }
  void finish() const {
    if (at_ < parts_.size()) throw_unknown();
  }

 private:
  bool stands(std::uint32_t number) const {
    if (at_ == parts_.size()) return false;
    if (parts_[at_].number < number) throw_unknown();
    return parts_[at_].number == number;
  }
  template <class T>
  void read(Sealed<T>& part) {
    const auto& stored = parts_[at_++];
    part.slot = stored.slot;
    part.data.reset();
    if (stored.fields) read_fields(*stored.fields, part.data.emplace());
  }
  [[noreturn]] void throw_unknown() const {
    throw DecodeError("an unknown sealed part " + std::to_string(parts_[at_].number));
  }

  const std::vector<OpenedPart>& parts_;
  std::size_t at_ = 0;
};

template <Described E>
void read_current(const StoredEvent& stored, E& event) {
  read_fields(stored.plain, event);
  SealedReader parts(stored.parts);
  E::fields(event, parts);
  parts.finish();
}

/// The stored event with every field apart, for upcasters; and back (`plain` then lives in `bytes`).
RawEvent raw_of(const StoredEvent& stored);
StoredEvent stored_of(const RawEvent& raw, std::uint16_t schema, std::string& bytes);

[[noreturn]] void throw_unknown_schema(std::string_view type, std::uint16_t schema, std::uint16_t known);

/// Reads an event of any schema version up to the current one. Throws DecodeError, also for newer ones.
template <Described E>
void read_event(const StoredEvent& stored, const Upcasters& steps, E& event) {
  if (stored.schema == E::schema) return read_current(stored, event);
  if (stored.schema == 0 || stored.schema > E::schema) throw_unknown_schema(E::type, stored.schema, E::schema);
  std::string bytes;
  const auto raw = steps.bring(E::type, stored.schema, E::schema, raw_of(stored));
  read_current(stored_of(raw, E::schema, bytes), event);
}

}  // namespace annals
