#include "projections/record_parts.hpp"

#include "core/json.hpp"
#include "projections/case_folding.hpp"

namespace annals {

std::array<std::string_view, 4> searched_texts(const PersonParts& parts) {
  return {part(parts, PersonPart::name), part(parts, PersonPart::primary_email), part(parts, PersonPart::job_title),
          part(parts, PersonPart::unique_id)};
}

std::array<std::string_view, 1> searched_texts(const OrganizationParts& parts) {
  return {part(parts, OrganizationPart::name)};
}

void append_text_trigrams(std::string_view json, std::vector<Trigram>& out) {
  if (json.starts_with('"') && json.size() > 2) append_trigrams(fold_case(text_content(json)), out);
}

std::string text_content(std::string_view json) {
  if (!json.starts_with('"')) return {};
  if (json.find('\\') != std::string_view::npos) return json_string(json);
  return std::string(json.substr(1, json.size() - 2));
}

std::uint64_t prefix_of(std::string_view text) {
  std::uint64_t prefix = 0;
  for (std::size_t at = 0; at < sizeof(prefix); ++at) {
    prefix = prefix << 8 | (at < text.size() ? static_cast<unsigned char>(text[at]) : 0u);
  }
  return prefix;
}

}  // namespace annals
