#include "bench/limits/person_table.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <fstream>

#include "bench/limits/lean_session.hpp"

namespace limits {
namespace {

/// What stands between `before` and the next of `ends`; empty when it is not there.
std::string_view between(std::string_view text, std::string_view before, std::string_view ends) {
  const auto begin = text.find(before);
  if (begin == std::string_view::npos) return {};
  const auto from = begin + before.size();
  return text.substr(from, text.find_first_of(ends, from) - from);
}

unsigned number_of(std::string_view digits) {
  unsigned number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return number;
}

std::uint64_t scattered(std::uint64_t n) {  // splitmix64
  n += 0x9E3779B97F4A7C15;
  n = (n ^ (n >> 30)) * 0xBF58476D1CE4E5B9;
  n = (n ^ (n >> 27)) * 0x94D049BB133111EB;
  return n ^ (n >> 31);
}

std::array<std::uint64_t, 2> id_of(std::uint64_t ordinal) {
  return {scattered(2 * ordinal), scattered(2 * ordinal + 1)};
}

void append_id(std::string& out, const std::array<std::uint64_t, 2>& id) {
  constexpr char kDigits[] = "0123456789abcdef";
  for (std::size_t digit = 0; digit < 32; ++digit) {
    if (digit == 8 || digit == 12 || digit == 16 || digit == 20) out += '-';
    out += kDigits[(id[digit / 16] >> (60 - 4 * (digit % 16))) & 0xF];
  }
}

std::optional<std::array<std::uint64_t, 2>> read_id(std::string_view text) {
  std::array<std::uint64_t, 2> id{};
  std::size_t digits = 0;
  for (const char c : text) {
    if (c == '-') continue;
    const auto value = c <= '9' ? c - '0' : c - 'a' + 10;
    if (value < 0 || value > 15 || digits == 32) return std::nullopt;
    id[digits / 16] = id[digits / 16] << 4 | static_cast<std::uint64_t>(value);
    ++digits;
  }
  if (digits != 32) return std::nullopt;
  return id;
}

}  // namespace

std::string_view PersonTable::keep(std::string_view answer) {
  if (block_used_ + answer.size() > kBlockBytes) {
    blocks_.push_back(std::make_unique_for_overwrite<char[]>(kBlockBytes));
    block_used_ = 0;
  }
  char* place = blocks_.back().get() + block_used_;
  std::memcpy(place, answer.data(), answer.size());
  block_used_ += answer.size();
  return {place, answer.size()};
}

std::size_t PersonTable::stage_number(std::string_view stage) const {
  return static_cast<std::size_t>(std::ranges::find(stages_, stage) - stages_.begin());
}

std::string_view PersonTable::add(std::string_view fields) {
  const auto ordinal = static_cast<std::uint32_t>(answers_.size());
  const auto id = id_of(ordinal);
  std::string answer = R"({"id":")";
  append_id(answer, id);
  answer += R"(","platform":1,)";
  answer += fields.substr(1, fields.rfind('}') - 1);
  answer += R"(,"organization":null,"platform_user":null,"active":true,"created_at":"2026-01-01T00:00:00.000000Z",)"
            R"("updated_at":"2026-01-01T00:00:00.000000Z"})";
  answers_.push_back(keep(answer));
  ordinals_.emplace(id, ordinal);

  const auto stage = between(fields, R"("lifecycle_stage":")", "\"");
  const auto owner = number_of(between(fields, R"("owner":)", ",}"));
  const auto number = stage_number(stage);
  if (number == stages_.size()) {
    stages_.emplace_back(stage);
    bitmaps_.resize(stages_.size() * kOwners);
  }
  bitmaps_[bitmap_of(0, 0)].add(ordinal);
  if (number != 0) bitmaps_[bitmap_of(number, 0)].add(ordinal);
  if (owner != 0) bitmaps_[bitmap_of(0, owner)].add(ordinal);
  if (number != 0 && owner != 0) bitmaps_[bitmap_of(number, owner)].add(ordinal);
  return answers_.back();
}

void PersonTable::load(const std::string& file) {
  std::ifstream lines(file);
  for (std::string line; std::getline(lines, line);) add(line);
  for (Roaring& bitmap : bitmaps_) bitmap.runOptimize();
}

std::optional<std::string_view> PersonTable::find(std::string_view id) const {
  const auto read = read_id(id);
  if (!read) return std::nullopt;
  const auto found = ordinals_.find(*read);
  if (found == ordinals_.end()) return std::nullopt;
  return answers_[found->second];
}

bool PersonTable::append_page(const Filter& filter, std::size_t page, std::size_t page_size, std::string& out) const {
  static const Roaring kNone;
  const auto stage = stage_number(filter.stage);
  const auto& matching = stage == stages_.size() ? kNone : bitmaps_[bitmap_of(stage, filter.owner)];
  const std::size_t count = matching.cardinality();
  const auto end = count - std::min(count, (page - 1) * page_size);  // in creation order, which the page turns round
  const auto begin = end - std::min(end, page_size);
  if (begin == end && page != 1) return false;

  std::vector<std::uint32_t> ordinals;
  if (std::uint32_t first = 0; begin < end && matching.select(static_cast<std::uint32_t>(begin), &first)) {
    auto next = matching.begin();
    for (next.equalorlarger(first); ordinals.size() < end - begin; ++next) ordinals.push_back(*next);
  }
  out += R"({"count":)";
  append_number(out, count);
  out += R"(,"next":null,"previous":null,"next_page":null,"previous_page":null,"results":[)";
  for (auto ordinal = ordinals.rbegin(); ordinal != ordinals.rend(); ++ordinal) {
    if (ordinal != ordinals.rbegin()) out += ',';
    out += answers_[*ordinal];
  }
  out += "]}";
  return true;
}

}  // namespace limits
