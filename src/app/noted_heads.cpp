#include "app/noted_heads.hpp"

#include <fmt/format.h>

#include <fstream>
#include <iterator>

namespace annals {
namespace {

bool is_blank(std::string_view line) {
  return line.find_first_not_of(" \t\r") == std::string_view::npos;
}

}  // namespace

std::expected<std::vector<SignedHead>, std::string> read_noted_heads(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  if (!file.is_open() || file.bad()) return std::unexpected(fmt::format("{} cannot be read.", path));
  if (auto only = SignedHead::parse(text)) return std::vector{*std::move(only)};
  std::vector<SignedHead> heads;
  std::size_t number = 0;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find('\n', at), text.size());
    const auto line = std::string_view(text).substr(at, end - at);
    at = end + 1;
    ++number;
    if (is_blank(line)) continue;
    auto head = SignedHead::parse(line);
    if (!head) return std::unexpected(fmt::format("{}, line {}, is no audit head: {}.", path, number, head.error()));
    heads.push_back(*std::move(head));
  }
  if (heads.empty()) return std::unexpected(fmt::format("{} holds no audit head.", path));
  return heads;
}

}  // namespace annals
