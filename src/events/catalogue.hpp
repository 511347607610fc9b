#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace annals {

/// One field of an event, as docs/events.md lists it.
struct CatalogueField {
  std::string number;  ///< in the stored form: `3`, and `6.2` for field 2 of the sealed part 6
  std::string name;
  bool sealed = false;
  std::string type;  ///< in words: `person id`, `list of digest, may be absent`
  bool operator==(const CatalogueField&) const = default;
};

struct CatalogueEntry {
  std::string type;
  std::uint16_t schema = 0;
  std::vector<CatalogueField> fields;
  bool operator==(const CatalogueEntry&) const = default;
};

/// Every event in its current shape, in the variant's order, derived from the events themselves.
std::vector<CatalogueEntry> event_catalogue();

}  // namespace annals
