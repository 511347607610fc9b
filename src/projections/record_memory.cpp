#include "projections/record_memory.hpp"

#include <malloc.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <new>
#include <utility>

namespace annals {
namespace {

// A length takes one byte below 255, else five.
constexpr std::uint8_t kLong = 0xFF;

std::size_t length_bytes(std::string_view part) {
  return part.size() < kLong ? 1 : 5;
}

char* put_length(char* at, std::string_view part) {
  const auto length = static_cast<std::uint32_t>(part.size());
  if (length < kLong) {
    *at = static_cast<char>(length);
    return at + 1;
  }
  *at = static_cast<char>(kLong);
  std::memcpy(at + 1, &length, sizeof(length));
  return at + 1 + sizeof(length);
}

const char* read_length(const char* at, std::uint32_t& length) {
  length = static_cast<std::uint8_t>(*at);
  if (length < kLong) return at + 1;
  std::memcpy(&length, at + 1, sizeof(length));
  return at + 1 + sizeof(length);
}

}  // namespace

RecordMemory::~RecordMemory() {
  for (std::size_t row = 0; row < blocks_.size(); ++row) drop(static_cast<Row>(row));
}

std::size_t RecordMemory::bytes(Row row) const {
  return ::malloc_usable_size(blocks_[row]) + sizeof(std::size_t);
}

void RecordMemory::count(Row row, bool more) {
  const auto taken = more ? bytes(row) : 0 - bytes(row);
  if (!holds(row)) {
    budget_.kept.fetch_add(taken, std::memory_order_relaxed);
    return;
  }
  bytes_.fetch_add(taken, std::memory_order_relaxed);
  budget_.used.fetch_add(taken, std::memory_order_relaxed);
}

void RecordMemory::put(Row row, std::span<const std::string_view> parts, bool whole) {
  std::size_t bytes = 1;
  for (const auto part : parts) bytes += length_bytes(part) + part.size();
  auto* const block = static_cast<char*>(std::malloc(bytes));
  if (block == nullptr) throw std::bad_alloc();
  auto* at = block;
  *at++ = whole ? 1 : 0;
  for (const auto part : parts) at = put_length(at, part);
  for (const auto part : parts) {
    std::ranges::copy(part, at);
    at += part.size();
  }
  drop(row);
  blocks_[row] = block;
  count(row, true);
}

void RecordMemory::drop(Row row) {
  if (!has(row)) return;
  count(row, false);
  auto* const block = std::exchange(blocks_[row], nullptr);
  ::explicit_bzero(block, ::malloc_usable_size(block));
  std::free(block);
}

void RecordMemory::read(Row row, std::span<std::string_view> parts) const {
  const auto* at = static_cast<const char*>(blocks_[row]) + 1;
  std::array<std::uint32_t, 16> lengths;
  for (std::size_t part = 0; part < parts.size(); ++part) at = read_length(at, lengths[part]);
  for (std::size_t part = 0; part < parts.size(); ++part) {
    parts[part] = {at, lengths[part]};
    at += lengths[part];
  }
}

}  // namespace annals
