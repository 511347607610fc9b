#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "projections/queries.hpp"

namespace annals {

/// Which of the results a page shows.
struct Window {
  std::uint64_t skip = 0;
  std::uint64_t take = 0;
};
Window window_of(const PageRequest& request);
/// Past the end; page 1 of nothing is not.
bool is_past_end(const PageRequest& request, std::uint64_t count);

/// The results of a page while they are written.
class ResultsText {
 public:
  /// Where the next record's JSON is to be appended.
  std::string& next() {
    if (out_.size() > 1) out_ += ',';
    return out_;
  }
  void reserve(std::size_t bytes) { out_.reserve(bytes); }
  std::string close() && { return std::move(out_ += ']'); }

 private:
  std::string out_ = "[";
};

}  // namespace annals
