#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/json.hpp"
#include "core/money.hpp"
#include "core/time.hpp"
#include "events/describe.hpp"
#include "events/enums.hpp"
#include "events/event.hpp"

namespace annals::test {

enum class Presence { absent, null, value };

/// Fills any described struct from a source of values. `Source` gives number(), flag(), text(), json(), time(),
/// bytes(count), presence(), items() and erased().
template <class Source>
class Fill {
 public:
  explicit Fill(Source& source) : source_(source) {}

  template <class T>
  void operator()(std::uint32_t, std::string_view, T& field) {
    value(field);
  }
  template <class T>
  void operator()(std::uint32_t, std::string_view, std::optional<T>& field) {
    field.reset();
    if (source_.presence() == Presence::value) value(field.emplace());
  }
  template <class T>
  void operator()(std::uint32_t, std::string_view, std::optional<std::optional<T>>& field) {
    field.reset();
    const auto presence = source_.presence();
    if (presence == Presence::absent) return;
    field.emplace();
    if (presence == Presence::value) value(field->emplace());
  }
  template <class T>
  void sealed(std::uint32_t, Sealed<T>& part) {
    value(part.slot);
    part.data.reset();
    if (!source_.erased()) value(part.data.emplace());
  }
  template <class T>
  void sealed(std::uint32_t number, std::optional<Sealed<T>>& part) {
    part.reset();
    if (source_.presence() == Presence::value) sealed(number, part.emplace());
  }

  void value(bool& out) { out = source_.flag(); }
  void value(std::uint64_t& out) { out = source_.number(); }
  void value(std::string& out) { out = source_.text(); }
  void value(JsonText& out) { out = source_.json(); }
  void value(SecretText& out) { out.text = source_.text(); }
  void value(Timestamp& out) { out = source_.time(); }
  void value(Day& out) { out.date = std::chrono::floor<std::chrono::days>(source_.time()); }
  void value(Amount& out) {
    const auto magnitude =
        static_cast<std::int64_t>(source_.number() % static_cast<std::uint64_t>(kAmountMax.hundredths));
    out.hundredths = source_.flag() ? magnitude : -magnitude;
  }
  void value(Currency& out) {
    for (auto& letter : out.letters) letter = static_cast<char>('A' + source_.number() % 26);
  }
  void value(Uuid& out) { value(out.bytes); }
  template <std::size_t N>
  void value(std::array<std::uint8_t, N>& out) {
    const std::string bytes = source_.bytes(N);
    std::copy(bytes.begin(), bytes.end(), out.begin());
  }
  template <class Tag>
  void value(Number<Tag>& out) {
    out.value = source_.number();
  }
  template <NamedEnum E>
  void value(E& out) {
    std::uint8_t count = 0;
    while (enum_of_byte<E>(count)) ++count;
    out = static_cast<E>(source_.number() % count);
  }
  template <Described T>
  void value(T& out) {
    T::fields(out, *this);
  }
  template <class T>
  void value(std::vector<T>& out) {
    out.clear();
    for (auto left = source_.items(); left > 0; --left) value(out.emplace_back());
  }

 private:
  Source& source_;
};

/// Every value another one, the same in every run.
class CountingSource {
 public:
  explicit CountingSource(Presence presence = Presence::value) : presence_(presence) {}
  std::uint64_t number() { return ++last_; }
  bool flag() { return number() % 2 == 1; }
  std::string text() { return "text " + std::to_string(number()) + " \u00e9\""; }
  JsonText json() { return {"{\"key " + std::to_string(number()) + "\":[" + std::to_string(number()) + ",null]}"}; }
  Timestamp time() { return from_micros(1780582931482913 + 86400000001 * static_cast<std::int64_t>(number())); }
  std::string bytes(std::size_t count) {
    std::string bytes;
    while (bytes.size() < count) bytes += static_cast<char>(number() * 37);
    return bytes;
  }
  Presence presence() const { return presence_; }
  std::size_t items() const { return presence_ == Presence::value ? 2 : 0; }
  bool erased() const { return false; }
  void presence(Presence presence) { presence_ = presence; }

 private:
  std::uint64_t last_ = 0;
  Presence presence_;
};

/// Calls `visit.template operator()<E>()` for every event type of the variant.
template <class Visit>
void for_each_event_type(Visit&& visit) {
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    (visit.template operator()<std::variant_alternative_t<I, AnyEvent>>(), ...);
  }(std::make_index_sequence<std::variant_size_v<AnyEvent>>());
}

}  // namespace annals::test
