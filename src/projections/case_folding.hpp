#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace annals {

/// Full Unicode case folding (ICU): `Straße` and `STRASSE` fold alike. Of valid UTF-8.
std::string fold_case(std::string_view text);

/// Whether they are the same but for case.
inline bool are_alike(std::string_view left, std::string_view right) {
  return fold_case(left) == fold_case(right);
}

/// What is searched for, found in any spelling of case.
class SearchedText {
 public:
  explicit SearchedText(std::string_view text) : folded_(fold_case(text)) {}
  bool none() const { return folded_.empty(); }
  const std::string& folded() const { return folded_; }
  bool in(std::string_view text) const { return fold_case(text).find(folded_) != std::string::npos; }
  /// In the content of a quoted JSON string; not in null.
  bool in_json(std::string_view json) const;

 private:
  std::string folded_;
};

/// What stands between white space: a search wants all of these, wherever each of them is.
std::vector<SearchedText> search_terms(std::string_view text);

}  // namespace annals
