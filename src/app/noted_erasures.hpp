#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/ids.hpp"
#include "core/time.hpp"

namespace annals {

/// One line of the list of erasures that is kept beside the data.
struct NotedErasure {
  PlatformId platform;
  PersonId person;
  SlotId slot;
  Position position;  ///< of its event, in the log that noted it
  std::optional<Timestamp> erased_at = {};
  struct Record {
    std::string stream;
    SlotId slot;
    bool operator==(const Record&) const = default;
  };
  std::vector<Record> records = {};  ///< about the person, erased with it
  bool operator==(const NotedErasure&) const = default;

  /// Members that it does not know are passed over. The error is a sentence's end.
  static std::expected<NotedErasure, std::string> parse(std::string_view line);
};

/// A list as a data directory keeps it. The error is a sentence.
std::expected<std::vector<NotedErasure>, std::string> read_noted_erasures(const std::string& path);

}  // namespace annals
