#pragma once

#include <boost/beast/http/field.hpp>
#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace annals::http {

/// One header field of a request; `name` as sent.
struct Header {
  boost::beast::http::field field;
  std::string_view name;
  std::string_view value;
};

/// The header fields of a request in the order they were sent: views into the bytes that were read. Keeps its memory
/// from one request to the next.
class Headers {
 public:
  using Field = boost::beast::http::field;

  void add(Field field, std::string_view name, std::string_view value) { all_.push_back({field, name, value}); }
  void add(std::string_view name, std::string_view value);
  void clear() { all_.clear(); }
  /// The bytes have moved.
  void moved(const char* from, const char* to);

  /// The first of that name; nullopt: none.
  std::optional<std::string_view> find(Field field) const;
  std::optional<std::string_view> find(std::string_view name) const;  ///< in any case
  auto begin() const { return all_.begin(); }
  auto end() const { return all_.end(); }

 private:
  std::vector<Header> all_;
};

}  // namespace annals::http
