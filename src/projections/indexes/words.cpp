#include "projections/indexes/words.hpp"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

namespace annals {
namespace {

/// Marks go along with the letter that they stand on.
bool is_of_word(UChar32 point) {
  return u_isalnum(point) || (U_GET_GC_MASK(point) & U_GC_M_MASK) != 0;
}

}  // namespace

bool word_begins(std::string_view text, std::size_t at) {
  const auto size = static_cast<std::int32_t>(text.size());
  auto next = static_cast<std::int32_t>(at);
  if (U8_IS_TRAIL(text[at])) return false;
  UChar32 point = 0;
  U8_NEXT(text.data(), next, size, point);
  if (!is_of_word(point)) return false;
  auto before = static_cast<std::int32_t>(at);
  if (before == 0) return true;
  U8_PREV(text.data(), 0, before, point);
  return !is_of_word(point);
}

}  // namespace annals
