#include "commands/import/record_texts.hpp"

#include <algorithm>
#include <utility>

#include "commands/import/csv.hpp"

namespace annals {
namespace {

constexpr std::size_t kReadBytes = 256u << 10;
constexpr std::size_t kShownBytes = 1024;  ///< of a record over the limit
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr auto kNowhere = std::string::npos;

}  // namespace

ByteSource source_of(std::string_view text) {
  return [text](char* to, std::size_t size) mutable {
    const auto count = text.copy(to, size);
    text.remove_prefix(count);
    return count;
  };
}

RecordTexts::RecordTexts(ByteSource source, std::size_t record_bytes_max)
    : source_(std::move(source)),
      record_bytes_max_(record_bytes_max),
      chunk_(std::make_unique_for_overwrite<char[]>(kReadBytes)) {
  while (buffer_.size() < kByteOrderMark.size() && fill()) {
  }
  if (buffer_.starts_with(kByteOrderMark)) at_ = kByteOrderMark.size();
}

/// Moves what is left to the front, so `at_` is 0 behind it.
bool RecordTexts::fill() {
  if (ended_) return false;
  buffer_.erase(0, std::exchange(at_, 0));
  const auto count = source_(chunk_.get(), kReadBytes);
  buffer_.append(chunk_.get(), count);
  bytes_read_ += count;
  ended_ = count == 0;
  return !ended_;
}

/// Of the line that `from` bytes behind `at_` have no end of: where it ends, behind `at_`. kNowhere: over the limit.
std::size_t RecordTexts::find_line_end(std::size_t from) {
  for (;;) {
    const auto end = buffer_.find('\n', at_ + from);
    if (end != kNowhere) return end - at_ <= record_bytes_max_ ? end - at_ : kNowhere;
    from = buffer_.size() - at_;
    if (from > record_bytes_max_) return kNowhere;
    if (!fill()) return from;
  }
}

std::size_t RecordTexts::find_csv_end() {
  auto state = CsvState::field_start;
  for (std::size_t offset = 0;; ++offset) {
    if (at_ + offset == buffer_.size() && !fill()) return state == CsvState::quoted ? find_line_end(0) : offset;
    if (offset > record_bytes_max_) return find_line_end(0);
    const char c = buffer_[at_ + offset];
    state = csv_after(state, c, *delimiter_);
    if (c == '\n' && state == CsvState::field_start) return offset;
  }
}

std::string_view RecordTexts::first_line() {
  const auto end = find_line_end(0);
  return std::string_view(buffer_).substr(at_, std::min(end, record_bytes_max_));
}

std::optional<RecordText> RecordTexts::next() {
  if (at_ == buffer_.size() && !fill()) return std::nullopt;
  const auto end = delimiter_ ? find_csv_end() : find_line_end(0);
  return end == kNowhere ? give_too_long() : give(end);
}

RecordText RecordTexts::give(std::size_t end) {
  auto text = std::string_view(buffer_).substr(at_, end);
  RecordText record{next_line_, text, false};
  next_line_ += 1 + static_cast<std::uint64_t>(std::ranges::count(text, '\n'));
  at_ = std::min(buffer_.size(), at_ + end + 1);
  if (text.ends_with('\r')) record.text.remove_suffix(1);
  return record;
}

/// Passes over the rest of the line; its beginning stays in front of the buffer.
RecordText RecordTexts::give_too_long() {
  const auto beginning = buffer_.substr(at_, std::min(kShownBytes, record_bytes_max_));
  auto end = buffer_.find('\n', at_);
  while (end == kNowhere) {
    at_ = buffer_.size();
    if (!fill()) break;
    end = buffer_.find('\n');
  }
  const auto next = end == kNowhere ? buffer_.size() : end + 1;
  buffer_.replace(0, next, beginning);
  at_ = beginning.size();
  return {next_line_++, std::string_view(buffer_).substr(0, at_), true};
}

}  // namespace annals
