#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <variant>

#include "core/crypto.hpp"
#include "events/commit.hpp"
#include "support/bare_sealer.hpp"

namespace {

using namespace annals;

/// What stands here broke a promise: abort, so that the fuzzer keeps the input.
void promise(bool kept, const char* what) {
  if (kept) return;
  std::fprintf(stderr, "broken: %s\n", what);
  std::abort();
}

/// An event of an older schema is written in its newer shape.
bool all_current(const Commit& commit) {
  for (const auto& recorded : commit.events) {
    const auto current = std::visit([]<class E>(const E&) { return E::schema; }, recorded.event);
    if (recorded.schema != current) return false;
  }
  return true;
}

void show(const Commit& commit) {
  for (std::size_t i = 0; i < commit.events.size(); ++i) {
    promise(!event_json(commit, i, Digest{}, {"main", "ada"}).empty(), "every event that decodes can be shown");
    promise(!stream_of(commit.events[i].event).empty(), "every event has a stream");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view record(reinterpret_cast<const char*>(data), size);
  Commit commit;
  try {
    commit = decode_commit(record, test::BareSealer());
  } catch (const DecodeError&) {
    return 0;
  }
  show(commit);
  if (all_current(commit)) {
    promise(encode_commit(commit, test::BareSealer()) == record, "a commit has one encoding only");
  }
  const auto erased = decode_commit(record, test::ErasedSealer());
  promise(erased.header == commit.header, "erasing changes no header");
  promise(erased.events.size() == commit.events.size(), "erasing takes no event away");
  show(erased);
  return 0;
}
