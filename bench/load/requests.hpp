#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace load {

/// The requests of a file: method, path and body, separated by tabs, one request a line. Each `{n}` of a body becomes a
/// text that no other request has, in this run or another.
class Requests {
 public:
  /// Throws std::runtime_error when there are none.
  Requests(const std::string& file, const std::string& token);

  std::size_t size() const { return templates_.size(); }
  /// The bytes to send; valid until the next call.
  const std::string& at(std::size_t number);
  const std::string& any() { return at(random_() % templates_.size()); }

 private:
  struct Template {
    std::string head;                 ///< up to the value of Content-Length
    std::vector<std::string> pieces;  ///< of the body, `{n}` between them
  };

  std::vector<Template> templates_;
  std::mt19937_64 random_{std::random_device{}()};
  std::string run_;
  std::uint64_t count_ = 0;
  std::string text_;
};

}  // namespace load
