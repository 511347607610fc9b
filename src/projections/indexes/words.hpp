#pragma once

#include <cstddef>
#include <string_view>

namespace annals {

/// Whether a word begins at this byte of valid UTF-8: a letter or digit, with none before it.
bool word_begins(std::string_view text, std::size_t at);

}  // namespace annals
