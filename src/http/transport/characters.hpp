#pragma once

#include <array>
#include <string_view>

namespace annals::http {

/// Sets of bytes, looked up by one load.
class ByteSet {
 public:
  constexpr explicit ByteSet(std::string_view members) {
    for (const char c : members) in_[static_cast<unsigned char>(c)] = true;
  }
  constexpr ByteSet with(char first, char last) const {
    ByteSet more = *this;
    for (auto c = static_cast<unsigned char>(first); c <= static_cast<unsigned char>(last); ++c) more.in_[c] = true;
    return more;
  }
  constexpr bool has(char c) const { return in_[static_cast<unsigned char>(c)]; }
  constexpr bool has_all(std::string_view text) const {
    for (const char c : text)
      if (!has(c)) return false;
    return true;
  }

 private:
  std::array<bool, 256> in_{};
};

inline constexpr ByteSet kDigits = ByteSet("").with('0', '9');
inline constexpr ByteSet kAlphanumeric = kDigits.with('a', 'z').with('A', 'Z');
inline constexpr ByteSet kTokenChars = [] {
  ByteSet token = kAlphanumeric;
  for (const char c : std::string_view("!#$%&'*+-.^_`|~")) token = token.with(c, c);
  return token;
}();
/// Visible ASCII without `#`, which never reaches a server in a target.
inline constexpr ByteSet kTargetChars = ByteSet("").with('!', '"').with('$', '~');

constexpr bool equal_ignoring_case(std::string_view left, std::string_view right) {
  if (left.size() != right.size()) return false;
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  for (std::size_t i = 0; i < left.size(); ++i)
    if (lower(left[i]) != lower(right[i])) return false;
  return true;
}

}  // namespace annals::http
