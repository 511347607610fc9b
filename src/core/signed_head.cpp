#include "core/signed_head.hpp"

#include <algorithm>
#include <charconv>
#include <map>

#include "core/base64.hpp"
#include "core/json.hpp"

namespace annals {
namespace {

constexpr std::string_view kAlgorithm = "Ed25519";
constexpr std::string_view kFirstLine = "annals audit head 1\n";

/// Thrown by the readers below, caught in `parse`.
struct Unreadable {
  std::string why;
};

void append_line(std::string& out, std::string_view name, std::string_view value) {
  out += name;
  out += ' ';
  out += value;
  out += '\n';
}

/// The members of one object, read by name.
class Members {
 public:
  explicit Members(std::string_view object) {
    for (auto& [name, value] : json_members(object)) values_.emplace(std::move(name), value);
  }

  bool has(const std::string& name) const { return values_.contains(name); }

  std::string text(const std::string& name) const {
    const auto value = of(name);
    if (json_kind(value) != JsonKind::string) throw Unreadable{name + " is no text"};
    return json_string(value);
  }

  std::uint64_t number(const std::string& name) const {
    const auto value = of(name);
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (error != std::errc() || end != value.data() + value.size()) throw Unreadable{name + " is no number"};
    return number;
  }

  Timestamp time(const std::string& name) const {
    const auto written = text(name);
    const auto parsed = parse_time(written);
    // Only the one spelling that is signed.
    if (!parsed || format_timestamp(parsed->at) != written) throw Unreadable{name + " is no time"};
    return parsed->at;
  }

  std::string base64(const std::string& name) const {
    auto bytes = from_base64(text(name));
    if (!bytes) throw Unreadable{name + " is no base64"};
    return *std::move(bytes);
  }

  Digest digest(const std::string& name) const {
    const auto written = text(name);
    Digest digest{};
    for (std::size_t i = 0; written.size() == 2 * digest.size() && i < digest.size(); ++i) {
      std::from_chars(written.data() + 2 * i, written.data() + 2 * i + 2, digest[i], 16);
    }
    if (to_hex(as_view(digest)) != written) throw Unreadable{name + " is no SHA-256 in hexadecimal digits"};
    return digest;
  }

 private:
  std::string_view of(const std::string& name) const {
    const auto found = values_.find(name);
    if (found == values_.end()) throw Unreadable{name + " is missing"};
    return found->second;
  }
  std::map<std::string, std::string_view> values_;
};

SignedHead read(std::string_view object) {
  const Members members(object);
  SignedHead head;
  head.platform.value = members.number("platform");
  head.platform_key = members.text("platform_key");
  head.head.position.value = members.number("position");
  head.head.hash = members.digest("hash");
  if (members.has("recorded_at")) head.recorded_at = members.time("recorded_at");
  head.signed_at = members.time("signed_at");
  head.public_key = members.base64("public_key");
  head.signature = members.base64("signature");
  if (members.text("algorithm") != kAlgorithm) throw Unreadable{"algorithm is not Ed25519"};
  return head;
}

}  // namespace

void SignedHead::sign(const SigningKey& key) {
  public_key = key.public_key();
  signature = key.sign(text());
}

std::string SignedHead::text() const {
  std::string out(kFirstLine);
  append_line(out, "platform", std::to_string(platform.value));
  append_line(out, "platform_key", platform_key);
  append_line(out, "position", std::to_string(head.position.value));
  append_line(out, "hash", to_hex(as_view(head.hash)));
  if (recorded_at) append_line(out, "recorded_at", format_timestamp(*recorded_at));
  append_line(out, "signed_at", format_timestamp(signed_at));
  return out;
}

std::string SignedHead::json() const {
  std::string out = R"({"platform":)" + std::to_string(platform.value) + R"(,"platform_key":)";
  append_json_string(out, platform_key);
  out += R"(,"position":)" + std::to_string(head.position.value) + R"(,"hash":")" + to_hex(as_view(head.hash)) + '"';
  if (recorded_at) out += R"(,"recorded_at":")" + format_timestamp(*recorded_at) + '"';
  out += R"(,"signed_at":")" + format_timestamp(signed_at) + R"(","public_key":")" + to_base64(public_key) +
         R"(","signature":")" + to_base64(signature) + R"(","algorithm":")";
  out += kAlgorithm;
  return out += "\"}";
}

std::expected<SignedHead, std::string> SignedHead::parse(std::string_view json) {
  const auto parsed = parse_json(json);
  if (!parsed) return std::unexpected(parsed.error());
  if (json_kind(parsed->text) != JsonKind::object) return std::unexpected("it is no object");
  try {
    return read(parsed->text);
  } catch (const Unreadable& unreadable) {
    return std::unexpected(unreadable.why);
  }
}

}  // namespace annals
