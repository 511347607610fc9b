#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace annals::http {

/// The parameters behind the `?`, decoded, in the order they were sent.
class QueryString {
 public:
  explicit QueryString(std::string_view raw);

  /// The last value of this name; nullopt when there is none or it is empty. It may be no UTF-8.
  std::optional<std::string_view> value(std::string_view name) const;
  /// All of this name that are not empty, in the order they were sent.
  std::vector<std::string_view> values(std::string_view name) const;
  const std::vector<std::pair<std::string, std::string>>& all() const { return parameters_; }

 private:
  std::vector<std::pair<std::string, std::string>> parameters_;
};

/// False: no parameter of this name is there. Costs no decoding.
bool may_name(std::string_view raw, std::string_view name);

/// Of digits and nothing else; one too large to be held is the largest there is.
std::optional<std::uint64_t> whole_number(std::string_view value);

}  // namespace annals::http
