#include "projections/indexes/words.hpp"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

namespace annals {
namespace {

/// Whether the character that begins there is part of a word. Marks go along with the letter that they stand on.
bool is_of_word(std::string_view text, std::size_t at) {
  const auto first = text[at];
  if (U8_IS_SINGLE(first)) {
    return (first >= 'a' && first <= 'z') || (first >= 'A' && first <= 'Z') || (first >= '0' && first <= '9');
  }
  UChar32 point = 0;
  U8_NEXT_UNSAFE(text.data(), at, point);
  return u_isalnum(point) || (U_GET_GC_MASK(point) & U_GC_M_MASK) != 0;
}

}  // namespace

bool word_begins(std::string_view text, std::size_t at) {
  if (U8_IS_TRAIL(text[at]) || !is_of_word(text, at)) return false;
  if (at == 0) return true;
  auto before = at - 1;
  while (before > 0 && U8_IS_TRAIL(text[before])) --before;
  return !is_of_word(text, before);
}

}  // namespace annals
