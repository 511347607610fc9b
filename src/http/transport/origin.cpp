#include "http/transport/origin.hpp"

#include "http/transport/characters.hpp"

namespace annals::http {
namespace {

constexpr std::size_t kHostBytesMax = 255;
constexpr ByteSet kNameChars = kAlphanumeric.with('-', '.').with('_', '_');
constexpr ByteSet kAddressChars = kDigits.with('a', 'f').with('A', 'F').with(':', ':').with('.', '.');

/// Empty, or a colon and one to five digits.
bool is_port(std::string_view text) {
  if (text.empty()) return true;
  text.remove_prefix(1);
  return !text.empty() && text.size() <= 5 && kDigits.has_all(text);
}

}  // namespace

bool is_host(std::string_view text) {
  if (text.empty() || text.size() > kHostBytesMax) return false;
  if (text.front() == '[') {
    const std::size_t close = text.find(']');
    if (close == std::string_view::npos || close < 3) return false;
    const std::string_view port = text.substr(close + 1);
    return kAddressChars.has_all(text.substr(1, close - 1)) && (port.empty() || port.front() == ':') && is_port(port);
  }
  const std::size_t colon = text.find(':');
  const std::string_view name = text.substr(0, colon);
  return !name.empty() && kNameChars.has_all(name) &&
         is_port(colon == std::string_view::npos ? std::string_view() : text.substr(colon));
}

}  // namespace annals::http
