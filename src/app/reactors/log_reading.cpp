#include "app/reactors/log_reading.hpp"

#include "app/blind_reading.hpp"

namespace annals {
namespace {

/// Of commits that are looked at together.
constexpr std::size_t kBytesEnough = 4u << 20;

}  // namespace

std::span<const Commit> LogReading::next(Position from) {
  if (read_from_ != from) {
    read_from_.reset();
    commits_ = read(from);
    read_from_ = from;
  }
  return commits_;
}

/// Nothing else is done meanwhile: the cursor holds the store open.
std::vector<Commit> LogReading::read(Position from) const {
  std::vector<Commit> commits;
  std::size_t bytes = 0;
  const auto cursor = log_.read(platform_, from);
  while (commits.size() < commits_max_ && bytes < kBytesEnough) {
    const auto record = cursor->next();
    if (!record) break;
    bytes += record->bytes.size();
    commits.push_back(read_blindly(*record));
    if (record->frame.last() >= head_) break;
  }
  return commits;
}

}  // namespace annals
