#include "http/resources/multipart.hpp"

#include <algorithm>
#include <optional>

#include "core/json.hpp"
#include "http/resources/header_values.hpp"
#include "http/resources/percent.hpp"

namespace annals::http {
namespace {

constexpr std::size_t kPartHeadersMax = 16;
constexpr std::size_t kPartHeaderBytesMax = 8192;
constexpr std::size_t kBoundaryMax = 70;  // RFC 2046

bool is_boundary(std::string_view boundary) {
  return !boundary.empty() && boundary.size() <= kBoundaryMax && boundary.back() != ' ' &&
         std::all_of(boundary.begin(), boundary.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

/// Reads parts off the front of a body.
class PartReader {
 public:
  PartReader(std::string_view body, std::string_view boundary) : rest_(body), dash_boundary_("--") {
    dash_boundary_ += boundary;
  }

  /// Everything in front of the first delimiter is a preamble and means nothing.
  std::expected<FormFields, std::string> read() {
    if (!rest_.starts_with(dash_boundary_) || !take_delimiter_end(dash_boundary_.size())) {
      if (!take_content()) return std::unexpected("the first boundary is missing");
    }
    FormFields fields;
    while (!last_) {
      if (fields.size() == kFormFieldsMax) return std::unexpected("too many fields");
      auto name = take_headers();
      if (!name) return std::unexpected(fault_);
      const auto content = take_content();
      if (!content) return std::unexpected("the last boundary is missing");
      if (!is_utf8(*content)) return std::unexpected("a part is not UTF-8");
      fields.emplace_back(std::move(*name), *content);
    }
    return fields;
  }

 private:
  /// Whether a delimiter ends at `at` (padding, then a line's end or, behind `--`, anything); moves behind it if so.
  bool take_delimiter_end(std::size_t at) {
    auto behind = rest_.substr(at);
    if (behind.starts_with("--")) {
      last_ = true;
      rest_ = {};
      return true;
    }
    behind.remove_prefix(std::min(behind.size(), behind.find_first_not_of(" \t")));
    if (!behind.starts_with("\r\n")) return false;
    rest_ = behind.substr(2);
    return true;
  }

  /// What stands in front of the next delimiter.
  std::optional<std::string_view> take_content() {
    for (auto from = rest_.find(dash_boundary_); from != std::string_view::npos;
         from = rest_.find(dash_boundary_, from + 1)) {
      if (from < 2 || rest_.substr(from - 2, 2) != "\r\n") continue;
      const auto content = rest_.substr(0, from - 2);
      if (take_delimiter_end(from + dash_boundary_.size())) return content;
    }
    return std::nullopt;
  }

  /// The part's name, from its Content-Disposition.
  std::optional<std::string> take_headers() {
    std::optional<std::string> name;
    std::size_t bytes = 0;
    for (std::size_t count = 0;; ++count) {
      const auto end = rest_.find("\r\n");
      if (end == std::string_view::npos) return fail("a part's headers do not end");
      const auto line = rest_.substr(0, end);
      bytes += line.size();
      if (count == kPartHeadersMax || bytes > kPartHeaderBytesMax) return fail("a part has too many headers");
      rest_.remove_prefix(end + 2);
      if (line.empty()) return name ? name : fail("a part has no name");
      if (!read_header(line, name)) return std::nullopt;
    }
  }

  bool read_header(std::string_view line, std::optional<std::string>& name) {
    const auto colon = line.find(':');
    if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) {
      fault_ = "a part has a malformed header";
      return false;
    }
    const auto header = line.substr(0, colon);
    const auto value = trim_blanks(line.substr(colon + 1));
    if (equal_but_for_case(header, "Content-Disposition")) return read_disposition(value, name);
    if (equal_but_for_case(header, "Content-Transfer-Encoding") && !equal_but_for_case(value, "binary") &&
        !equal_but_for_case(value, "8bit") && !equal_but_for_case(value, "7bit")) {
      fault_ = "a part has a transfer encoding";
      return false;
    }
    return true;
  }

  bool read_disposition(std::string_view value, std::optional<std::string>& name) {
    const auto disposition = parse_header_value(value);
    const auto* sent = disposition ? disposition->find("name") : nullptr;
    if (sent == nullptr || disposition->first != "form-data" || name || !is_utf8(*sent)) {
      fault_ = "a part has a malformed Content-Disposition";
      return false;
    }
    name = *sent;
    return true;
  }

  std::nullopt_t fail(std::string_view why) {
    fault_ = why;
    return std::nullopt;
  }

  std::string_view rest_;
  std::string dash_boundary_;
  bool last_ = false;
  std::string fault_;
};

}  // namespace

std::expected<FormFields, std::string> parse_multipart(std::string_view body, std::string_view boundary) {
  if (!is_boundary(boundary)) return std::unexpected("the boundary is missing or malformed");
  return PartReader(body, boundary).read();
}

std::expected<FormFields, std::string> parse_urlencoded(std::string_view body) {
  FormFields fields;
  while (!body.empty()) {
    const auto pair = body.substr(0, body.find('&'));
    body.remove_prefix(std::min(body.size(), pair.size() + 1));
    if (pair.empty()) continue;
    if (fields.size() == kFormFieldsMax) return std::unexpected("too many fields");
    const auto equals = pair.find('=');
    auto name = form_decode(pair.substr(0, equals));
    auto value = equals == std::string_view::npos ? std::string() : form_decode(pair.substr(equals + 1));
    if (!is_utf8(name) || !is_utf8(value)) return std::unexpected("a field is not UTF-8");
    fields.emplace_back(std::move(name), std::move(value));
  }
  return fields;
}

}  // namespace annals::http
