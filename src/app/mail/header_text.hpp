#pragma once

#include <string>
#include <string_view>

#include "core/time.hpp"

/// Texts as the headers of a mail have them (RFC 5322, RFC 2047). Whatever goes in, what comes out is printable ASCII,
/// with line breaks only where a header may be folded: nothing can begin a header of its own.
namespace annals {

/// Of a header without structure, such as the subject. `text` is UTF-8; its control characters become spaces.
std::string header_text(std::string_view text);
/// In front of an address.
std::string header_phrase(std::string_view text);
/// `Fri, 27 Nov 2026 22:10:00 +0000`
std::string header_date(Timestamp at);

}  // namespace annals
