#include "projections/case_folding.hpp"

#include <unicode/ucasemap.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <stdexcept>

#include "core/json.hpp"

namespace annals {
namespace {

/// Never closed: it lives as long as the program.
const UCaseMap* folding() {
  static const UCaseMap* const map = [] {
    UErrorCode status = U_ZERO_ERROR;
    auto* opened = ucasemap_open("", U_FOLD_CASE_DEFAULT, &status);
    if (U_FAILURE(status)) throw std::runtime_error("ICU cannot fold case");
    return opened;
  }();
  return map;
}

bool is_ascii(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
}

std::string fold_ascii(std::string_view text) {
  std::string folded(text);
  for (auto& c : folded) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  }
  return folded;
}

}  // namespace

std::string fold_case(std::string_view text) {
  if (is_ascii(text)) return fold_ascii(text);
  std::string folded(text.size() * 2 + 16, '\0');
  for (;;) {
    UErrorCode status = U_ZERO_ERROR;
    const auto length = ucasemap_utf8FoldCase(folding(), folded.data(), static_cast<std::int32_t>(folded.size()),
                                              text.data(), static_cast<std::int32_t>(text.size()), &status);
    const bool too_short = status == U_BUFFER_OVERFLOW_ERROR;
    if (U_FAILURE(status) && !too_short) throw std::runtime_error("ICU cannot fold a text");
    folded.resize(static_cast<std::size_t>(length));
    if (!too_short) return folded;
  }
}

std::vector<SearchedText> search_terms(std::string_view text) {
  std::vector<SearchedText> terms;
  const auto characters =
      icu::UnicodeString::fromUTF8(icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size())));
  std::int32_t begin = 0;
  const auto end_at = [&](std::int32_t end) {
    if (end == begin) return;
    std::string term;
    terms.emplace_back(characters.tempSubStringBetween(begin, end).toUTF8String(term));
  };
  for (std::int32_t at = 0; at < characters.length(); at = characters.moveIndex32(at, 1)) {
    if (!u_isUWhiteSpace(characters.char32At(at))) continue;
    end_at(at);
    begin = characters.moveIndex32(at, 1);
  }
  end_at(characters.length());
  return terms;
}

bool SearchedText::in_json(std::string_view json) const {
  if (json.size() < 2 || json.front() != '"') return false;
  if (json.find('\\') != std::string_view::npos) return in(json_string(json));
  return in(json.substr(1, json.size() - 2));
}

}  // namespace annals
