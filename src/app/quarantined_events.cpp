#include "app/quarantined_events.hpp"

#include <fmt/format.h>

#include "core/json.hpp"
#include "events/commit.hpp"

namespace annals {

std::string why_undecodable(const CommitRecord& record, const Sealer& sealer) {
  try {
    static_cast<void>(decode_commit(record.bytes, sealer));
    return {};
  } catch (const DecodeError& error) {
    return error.what();
  }
}

std::string quarantined_event_json(const CommitRecord& record, Position position, std::string_view platform_key,
                                   const Sealer& sealer) {
  return fmt::format(R"({{"position":{},"platform":{},"platform_key":{},"quarantined":true,"why":{},"hash":"{}"}})",
                     position.value, record.frame.platform.value, quote_json(platform_key),
                     quote_json(why_undecodable(record, sealer)), to_hex(as_view(record.hash)));
}

}  // namespace annals
