#include "events/event_types.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <variant>

namespace annals {
namespace {

struct TypeEntry {
  std::string_view type;
  StoredEventReader reader;
};

template <class E>
void read_into(const StoredEvent& stored, Event& event) {
  read_event(stored, upcasters(), event.emplace<E>());
}

/// Sorted by type, derived from the variant.
template <std::size_t... I>
consteval auto type_table(std::index_sequence<I...>) {
  std::array table{
      TypeEntry{std::variant_alternative_t<I, AnyEvent>::type, &read_into<std::variant_alternative_t<I, AnyEvent>>}...};
  std::ranges::sort(table, {}, &TypeEntry::type);
  return table;
}
constexpr auto kTypes = type_table(std::make_index_sequence<std::variant_size_v<AnyEvent>>());
static_assert(std::ranges::adjacent_find(kTypes, {}, &TypeEntry::type) == kTypes.end(), "two events share a type");

}  // namespace

bool is_event_type(std::string_view type) {
  return std::ranges::binary_search(kTypes, type, {}, &TypeEntry::type);
}

StoredEventReader event_reader(std::string_view type, std::uint16_t schema) {
  const auto found = std::ranges::lower_bound(kTypes, type, {}, &TypeEntry::type);
  if (found == kTypes.end() || found->type != type) {
    throw DecodeError("an event of schema " + std::to_string(schema) + " whose type this program does not know");
  }
  return found->reader;
}

}  // namespace annals
