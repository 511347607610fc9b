#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace annals {

/// Puts up to `size` bytes at `to` and gives their number; 0 at the end. May throw when there is no reading on.
using ByteSource = std::function<std::size_t(char* to, std::size_t size)>;

/// Of a text that outlives it.
ByteSource source_of(std::string_view text);

inline constexpr std::size_t kRecordBytesMax = 1u << 20;

/// The text of one record, without its line end.
struct RecordText {
  std::uint64_t line = 0;  ///< where it begins, from 1
  std::string_view text;   ///< of a record over the limit its beginning; valid until the next call
  bool too_long = false;
};

/// Cuts a stream of bytes into records: lines, or lines where CSV's quoted fields hold line ends. Keeps no more than
/// about a record in memory. A byte order mark is passed over. A quoted field that does not end within the limit makes
/// its first line a record of its own, so that one stray quote costs one line.
class RecordTexts {
 public:
  explicit RecordTexts(ByteSource source, std::size_t record_bytes_max = kRecordBytesMax);

  /// The first bytes of what comes next, as far as a line that is not over the limit, for a look ahead.
  std::string_view first_line();
  /// From now on CSV with this delimiter.
  void expect_csv(char delimiter) { delimiter_ = delimiter; }
  /// nullopt at the end. Empty lines are records too.
  std::optional<RecordText> next();
  /// Of the source, behind the record given last.
  std::uint64_t bytes_consumed() const { return bytes_read_ - (buffer_.size() - at_); }

 private:
  bool fill();
  std::size_t find_line_end(std::size_t from);
  std::size_t find_csv_end();
  RecordText give(std::size_t end);
  RecordText give_too_long();

  ByteSource source_;
  std::size_t record_bytes_max_;
  std::optional<char> delimiter_;  ///< nullopt: a record is a line
  std::unique_ptr<char[]> chunk_;  ///< what is being read
  std::string buffer_;
  std::size_t at_ = 0;  ///< what stands before it was given
  std::uint64_t next_line_ = 1;
  std::uint64_t bytes_read_ = 0;
  bool ended_ = false;
};

}  // namespace annals
