#include "projections/record_parts.hpp"

#include <algorithm>

#include "core/json.hpp"
#include "projections/case_folding.hpp"
#include "projections/windows.hpp"

namespace annals {
namespace {

/// Of a person's further addresses, which are JSON of any kind, so many are searched.
constexpr std::size_t kAddressesMax = 16;
constexpr std::size_t kAddressBytesMax = 254;

/// Calls `see` with the JSON of each string in it that may be an address.
void each_address(std::string_view json, std::size_t& left, auto&& see) {
  switch (json_kind(json)) {
    case JsonKind::string:
      if (left > 0 && json.size() <= kAddressBytesMax + 2 && json.find('@') != std::string_view::npos) {
        --left;
        see(json);
      }
      return;
    case JsonKind::array:
      for (const auto element : json_elements(json)) each_address(element, left, see);
      return;
    case JsonKind::object:
      for (const auto& [key, value] : json_members(json)) each_address(value, left, see);
      return;
    case JsonKind::null:
    case JsonKind::boolean:
    case JsonKind::integer:
    case JsonKind::real:
      return;
  }
}

/// Folded; without the primary one, which many repeat.
std::vector<std::string> further_addresses(const PersonParts& parts) {
  std::vector<std::string> addresses;
  const auto emails = part(parts, PersonPart::emails);
  if (emails.find('@') == std::string_view::npos) return addresses;
  const auto primary = fold_case(text_content(part(parts, PersonPart::primary_email)));
  auto left = kAddressesMax;
  each_address(emails, left, [&](std::string_view json) {
    auto folded = fold_case(text_content(json));
    if (folded != primary) addresses.push_back(std::move(folded));
  });
  return addresses;
}

void append_folded(std::string_view json, std::vector<std::string>& out) {
  if (auto folded = fold_case(text_content(json)); !folded.empty()) out.push_back(std::move(folded));
}

std::vector<Trigram> trigrams_in(const std::vector<std::string>& texts, Scope scope = Scope::all) {
  std::vector<Trigram> found;
  std::size_t bytes = 0;
  for (const auto& text : texts) bytes += text.size() + text.size() / 2;
  found.reserve(bytes);
  for (const auto& text : texts) append_trigrams(text, found, scope);
  return found;
}

}  // namespace

std::array<std::string_view, 4> searched_texts(const PersonParts& parts) {
  return {part(parts, PersonPart::name), part(parts, PersonPart::primary_email), part(parts, PersonPart::job_title),
          part(parts, PersonPart::unique_id)};
}

std::array<std::string_view, 1> searched_texts(const OrganizationParts& parts) {
  return {part(parts, OrganizationPart::name)};
}

std::array<std::string_view, 1> searched_texts(const DealParts& parts) {
  return parts;
}

std::vector<std::string> ranked_texts(const PersonParts& parts) {
  auto texts = further_addresses(parts);
  for (const auto which : {PersonPart::name, PersonPart::primary_email, PersonPart::job_title}) {
    append_folded(part(parts, which), texts);
  }
  return texts;
}

std::vector<std::string> ranked_texts(const OrganizationParts& parts) {
  std::vector<std::string> texts;
  append_folded(part(parts, OrganizationPart::name), texts);
  return texts;
}

std::vector<std::string> ranked_texts(const DealParts& parts) {
  std::vector<std::string> texts;
  append_folded(parts.front(), texts);
  return texts;
}

std::vector<Trigram> trigrams_of(const PersonParts& parts) {
  std::vector<std::string> texts;
  for (const auto which : {PersonPart::name, PersonPart::primary_email, PersonPart::job_title}) {
    append_folded(part(parts, which), texts);
  }
  auto found = trigrams_in(texts);
  append_trigrams(fold_case(text_content(part(parts, PersonPart::unique_id))), found, Scope::lists);
  for (const auto& address : further_addresses(parts)) append_trigrams(address, found, Scope::ranking);
  return found;
}

std::vector<Trigram> trigrams_of(const OrganizationParts& parts) {
  return trigrams_in(ranked_texts(parts));
}

std::vector<Trigram> trigrams_of(const DealParts& parts) {
  return trigrams_in(ranked_texts(parts));
}

bool searched_alike(const PersonParts& left, const PersonParts& right) {
  return searched_texts(left) == searched_texts(right) &&
         part(left, PersonPart::emails) == part(right, PersonPart::emails);
}

bool searched_alike(const OrganizationParts& left, const OrganizationParts& right) {
  return searched_texts(left) == searched_texts(right);
}

bool searched_alike(const DealParts& left, const DealParts& right) {
  return left == right;
}

void keep_searched(PersonParts& parts, std::string& addresses) {
  ResultsText kept;
  auto left = kAddressesMax;
  const auto emails = part(parts, PersonPart::emails);
  if (emails.find('@') != std::string_view::npos) {
    each_address(emails, left, [&](std::string_view json) { kept.next() += json; });
  }
  addresses = std::move(kept).close();
  PersonParts searched{};
  for (const auto which : {PersonPart::name, PersonPart::primary_email, PersonPart::job_title, PersonPart::unique_id,
                           PersonPart::merged_into}) {
    searched[static_cast<std::size_t>(which)] = part(parts, which);
  }
  searched[static_cast<std::size_t>(PersonPart::emails)] = addresses;
  parts = searched;
}

void keep_searched(OrganizationParts& parts, std::string&) {
  parts = {part(parts, OrganizationPart::name), {}, {}};
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
