#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "http/message.hpp"

namespace annals::http {

/// Which pages of other origins may read the answers. Without origins it does nothing at all.
class Cors {
 public:
  explicit Cors(const std::vector<std::string>& origins);

  bool enabled() const { return any_ || !origins_.empty(); }
  /// An OPTIONS that a browser sends ahead of a request, to be answered here and not by the resources.
  bool is_preflight(const Request& request) const;
  Response preflight(const Request& request) const;
  /// What an answer carries so that the page may read it. Appends header lines to `head`.
  void append_headers(std::string_view origin, std::string& head) const;

 private:
  /// The value of Access-Control-Allow-Origin; empty: this origin may not.
  std::string_view allowed(std::string_view origin) const;

  std::vector<std::string> origins_;
  bool any_ = false;
};

}  // namespace annals::http
