#include "commands/fields/email_address.hpp"

#include <arpa/inet.h>
#include <unicode/bytestream.h>
#include <unicode/idna.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <vector>

namespace annals {
namespace {

bool is_alphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

std::vector<std::string_view> split_at_dots(std::string_view text) {
  std::vector<std::string_view> parts;
  for (std::size_t from = 0; from <= text.size();) {
    const auto dot = std::min(text.find('.', from), text.size());
    parts.push_back(text.substr(from, dot - from));
    from = dot + 1;
  }
  return parts;
}

bool is_dot_atom(std::string_view local) {
  constexpr std::string_view kMarks = "-!#$%&'*+/=?^_`{}|~";
  return std::ranges::all_of(split_at_dots(local), [&](std::string_view atom) {
    return !atom.empty() && std::ranges::all_of(atom, [&](char c) { return is_alphanumeric(c) || kMarks.contains(c); });
  });
}

bool is_quoted_string(std::string_view local) {
  if (local.size() < 2 || !local.starts_with('"') || !local.ends_with('"')) return false;
  const auto content = local.substr(1, local.size() - 2);
  const auto plain = [](unsigned char c) {
    return c >= 1 && c <= 0x7F && c != '\t' && c != '\n' && c != '\r' && c != ' ' && c != '"' && c != '\\';
  };
  const auto escaped = [](unsigned char c) { return c >= 1 && c <= 0x7F && c != '\n' && c != '\r'; };
  for (std::size_t at = 0; at < content.size(); ++at) {
    if (content[at] == '\\') {
      if (++at == content.size() || !escaped(static_cast<unsigned char>(content[at]))) return false;
    } else if (!plain(static_cast<unsigned char>(content[at]))) {
      return false;
    }
  }
  return true;
}

bool is_label_character(char c) {
  return is_alphanumeric(c) || c == '-';
}

bool is_ascii_domain(std::string_view domain) {
  const auto labels = split_at_dots(domain);
  if (labels.size() < 2) return false;
  const auto top = labels.back();
  if (top.size() < 2 || top.size() > 63 || top.ends_with('-')) return false;
  return std::ranges::all_of(top, is_label_character) &&
         std::all_of(labels.begin(), labels.end() - 1, [](std::string_view label) {
           return !label.empty() && label.size() <= 63 && is_alphanumeric(label.front()) &&
                  is_alphanumeric(label.back()) && std::ranges::all_of(label, is_label_character);
         });
}

bool is_address_literal(std::string_view domain) {
  if (domain.size() < 3 || !domain.starts_with('[') || !domain.ends_with(']')) return false;
  const std::string address(domain.substr(1, domain.size() - 2));
  if (address.contains('\0')) return false;
  std::array<unsigned char, sizeof(in6_addr)> bytes;
  return inet_pton(AF_INET, address.c_str(), bytes.data()) == 1 ||
         inet_pton(AF_INET6, address.c_str(), bytes.data()) == 1;
}

/// In its ASCII form; empty when it has none.
std::string ascii_form(std::string_view domain) {
  UErrorCode fault = U_ZERO_ERROR;
  static const std::unique_ptr<icu::IDNA> idna(icu::IDNA::createUTS46Instance(UIDNA_NONTRANSITIONAL_TO_ASCII, fault));
  if (!idna) return {};
  std::string ascii;
  icu::StringByteSink<std::string> sink(&ascii);
  icu::IDNAInfo info;
  fault = U_ZERO_ERROR;
  idna->nameToASCII_UTF8({domain.data(), static_cast<std::int32_t>(domain.size())}, sink, info, fault);
  return U_SUCCESS(fault) && !info.hasErrors() ? ascii : std::string();
}

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

}  // namespace

bool is_email_address(std::string_view text) {
  return ascii_email_address(text).has_value();
}

std::optional<std::string> ascii_email_address(std::string_view text) {
  const auto at = text.rfind('@');
  if (at == std::string_view::npos) return std::nullopt;
  const auto local = text.substr(0, at);
  const auto domain = text.substr(at + 1);
  if (!is_dot_atom(local) && !is_quoted_string(local)) return std::nullopt;
  if (domain == "localhost" || is_ascii_domain(domain) || is_address_literal(domain)) return std::string(text);
  if (is_ascii(domain)) return std::nullopt;
  const auto ascii = ascii_form(domain);
  if (!is_ascii_domain(ascii)) return std::nullopt;
  return std::string(local) + '@' + ascii;
}

}  // namespace annals
