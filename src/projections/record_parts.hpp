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

template <class Parts, class Part>
std::string_view part(const Parts& parts, Part which) {
  return parts[static_cast<std::size_t>(which)];
}

/// What a search looks through, JSON each, quoted or null.
std::array<std::string_view, 4> searched_texts(const PersonParts& parts);
std::array<std::string_view, 1> searched_texts(const OrganizationParts& parts);

void append_text_trigrams(std::string_view json, std::vector<Trigram>& out);
/// Of all that a search looks through.
std::vector<Trigram> trigrams_of(const auto& parts) {
  const auto texts = searched_texts(parts);
  std::size_t bytes = 0;
  for (const auto json : texts) bytes += json.size();
  std::vector<Trigram> found;
  found.reserve(bytes);
  for (const auto json : texts) append_text_trigrams(json, found);
  return found;
}

/// The content of a quoted JSON string; empty for null.
std::string text_content(std::string_view json);

/// The first eight bytes, as a number that is ordered as texts are; NULs behind the end.
std::uint64_t prefix_of(std::string_view text);

}  // namespace annals
