#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "projections/indexes/trigrams.hpp"

/// The parts of a record that are kept in memory as JSON, beside its columns.
namespace annals {

enum class OrganizationPart : std::uint8_t { name, address, metadata };
using OrganizationParts = std::array<std::string_view, 3>;

enum class PersonPart : std::uint8_t {
  name,
  primary_email,
  emails,
  contact_numbers,
  job_title,
  unique_id,
  metadata,
  platform_user,
  merged_into  ///< empty: into none
};
using PersonParts = std::array<std::string_view, 9>;

/// Where it stands among the parts.
template <class Part>
constexpr std::size_t place_of(Part which) {
  return static_cast<std::size_t>(which);
}
template <class Parts, class Part>
std::string_view part(const Parts& parts, Part which) {
  return parts[place_of(which)];
}

/// Of a deal only its title.
using DealParts = std::array<std::string_view, 1>;

/// What the `search=` of a list looks through, JSON each, quoted or null.
std::array<std::string_view, 4> searched_texts(const PersonParts& parts);
std::array<std::string_view, 1> searched_texts(const OrganizationParts& parts);
std::array<std::string_view, 1> searched_texts(const DealParts& parts);

/// What a search that ranks looks through, case-folded, none of them empty.
std::vector<std::string> ranked_texts(const PersonParts& parts);
std::vector<std::string> ranked_texts(const OrganizationParts& parts);
std::vector<std::string> ranked_texts(const DealParts& parts);

/// Of all that searches look through.
std::vector<Trigram> trigrams_of(const PersonParts& parts);
std::vector<Trigram> trigrams_of(const OrganizationParts& parts);
std::vector<Trigram> trigrams_of(const DealParts& parts);

/// Whether searches look at other texts now.
bool searched_alike(const PersonParts& left, const PersonParts& right);
bool searched_alike(const OrganizationParts& left, const OrganizationParts& right);
bool searched_alike(const DealParts& left, const DealParts& right);

/// Empties what no search needs, and leaves of the further addresses what they are found by, in `addresses`.
void keep_searched(PersonParts& parts, std::string& addresses);
void keep_searched(OrganizationParts& parts, std::string& addresses);
inline void keep_searched(DealParts&, std::string&) {}

/// The content of a quoted JSON string; empty for null.
std::string text_content(std::string_view json);

/// The first eight bytes, as a number that is ordered as texts are; NULs behind the end.
std::uint64_t prefix_of(std::string_view text);

}  // namespace annals
