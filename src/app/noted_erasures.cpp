#include "app/noted_erasures.hpp"

#include <fmt/format.h>

#include <charconv>
#include <fstream>

#include "core/json.hpp"

namespace annals {
namespace {

bool read_number(std::string_view digits, std::uint64_t& number) {
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return error == std::errc() && end == digits.data() + digits.size();
}

/// False: it is no list of records.
bool read_records(std::string_view json, std::vector<NotedErasure::Record>& records) {
  if (json_kind(json) != JsonKind::array) return false;
  for (const auto element : json_elements(json)) {
    if (json_kind(element) != JsonKind::object) return false;
    auto& record = records.emplace_back();
    bool has_slot = false;
    for (const auto& [name, value] : json_members(element)) {
      if (name == "slot") has_slot = read_number(value, record.slot.value);
      if (name == "stream" && json_kind(value) == JsonKind::string) record.stream = json_string(value);
    }
    if (!has_slot || record.stream.empty()) return false;
  }
  return true;
}

}  // namespace

std::expected<NotedErasure, std::string> NotedErasure::parse(std::string_view line) {
  const auto parsed = parse_json(line);
  if (!parsed) return std::unexpected(parsed.error());
  if (json_kind(parsed->text) != JsonKind::object) return std::unexpected("it is no object");
  NotedErasure erasure;
  int found = 0;
  for (const auto& [name, value] : json_members(parsed->text)) {
    if (name == "platform") found += read_number(value, erasure.platform.value);
    if (name == "slot") found += read_number(value, erasure.slot.value);
    if (name == "position") found += read_number(value, erasure.position.value);
    if (name == "erased_at" && json_kind(value) == JsonKind::string) {
      if (const auto time = parse_time(json_string(value))) erasure.erased_at = time->at;
    }
    if (name == "records" && !read_records(value, erasure.records)) {
      return std::unexpected("each of its records needs stream and slot");
    }
    if (name != "person" || json_kind(value) != JsonKind::string) continue;
    const auto person = PersonId::parse(json_string(value));
    if (!person) return std::unexpected("person is no id");
    erasure.person = *person;
    ++found;
  }
  if (found != 4) return std::unexpected("it needs platform, person, slot and position");
  return erasure;
}

std::expected<std::vector<NotedErasure>, std::string> read_noted_erasures(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file.is_open()) return std::unexpected(fmt::format("{} cannot be read.", path));
  std::vector<NotedErasure> erasures;
  std::string line;
  for (std::size_t number = 1; std::getline(file, line); ++number) {
    if (line.empty()) continue;
    const auto erasure = NotedErasure::parse(line);
    if (!erasure) return std::unexpected(fmt::format("{}, line {}, is no erasure: {}.", path, number, erasure.error()));
    erasures.push_back(*erasure);
  }
  if (file.bad()) return std::unexpected(fmt::format("{} cannot be read.", path));
  return erasures;
}

}  // namespace annals
