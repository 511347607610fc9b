#include "events/golden.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>
#include <set>

#include "core/crypto.hpp"
#include "events/commit.hpp"
#include "events/fill.hpp"
#include "events/golden_sealer.hpp"

namespace annals::test::golden_test {
namespace {

std::uint16_t current_schema_of(std::string_view type) {
  std::uint16_t schema = 0;
  for_each_event_type([&]<class E>() {
    if (E::type == type) schema = E::schema;
  });
  return schema;
}

RecordedEvent recorded(CountingSource& source, Event event) {
  Fill fill(source);
  RecordedEvent recorded;
  fill.value(recorded.id);
  recorded.stream = stream_of(event);
  fill.value(recorded.version);
  fill.value(recorded.recorded_at);
  recorded.event = std::move(event);
  return recorded;
}

/// The event three times: with everything, with null where null can be, with nothing that may be absent.
template <class E>
Commit sample_commit() {
  CountingSource source;
  Fill fill(source);
  Commit commit;
  commit.header.frame.platform.value = source.number();
  commit.header.frame.first.value = source.number();
  fill.value(commit.header.frame.previous);
  fill.value(commit.header.correlation);
  fill.value(commit.header.causation.emplace());
  fill.value(commit.header.actor.user);
  fill.value(commit.header.actor.key_platform);
  fill.value(commit.header.actor.key);
  auto& mark = commit.header.idempotency.emplace();
  fill.value(mark.key);
  fill.value(mark.request);
  mark.status = 201;
  for (const auto presence : {Presence::value, Presence::null, Presence::absent}) {
    E event;
    source.presence(presence);
    E::fields(event, fill);
    commit.events.push_back(recorded(source, event));
  }
  return commit;
}

void write_golden(const std::string& name, const Commit& commit) {
  const auto record = encode_commit(commit, GoldenSealer());
  const auto hex = to_hex(record);
  std::ofstream hex_file(golden_directory() / (name + ".hex"));
  for (std::size_t at = 0; at < hex.size(); at += 96) hex_file << hex.substr(at, 96) << '\n';
  std::ofstream(golden_directory() / (name + ".ndjson")) << json_lines(record, decode_commit(record, GoldenSealer()));
}

}  // namespace

TEST_CASE("every golden record ever written still reads as the JSON beside it", "[events][golden]") {
  for (const auto& golden : golden_records()) {
    INFO(golden.type << " of schema " << golden.schema);
    const auto commit = decode_commit(golden.record, GoldenSealer());
    CHECK(json_lines(golden.record, commit) == golden.json);
    for (const auto& event : commit.events) {
      CHECK(type_of(event.event) == golden.type);
      CHECK(event.schema == golden.schema);
      CHECK(event.stream == stream_of(event.event));
    }
  }
}

TEST_CASE("a golden record of a current schema is written today with the same bytes", "[events][golden]") {
  for (const auto& golden : golden_records()) {
    if (golden.schema != current_schema_of(golden.type)) continue;
    INFO(golden.type << " of schema " << golden.schema);
    const auto again = encode_commit(decode_commit(golden.record, GoldenSealer()), GoldenSealer());
    CHECK(to_hex(again) == to_hex(golden.record));
  }
}

TEST_CASE("every event has a golden record of each of its schema versions", "[events][golden]") {
  std::set<std::pair<std::string, int>> there;
  for (const auto& golden : golden_records()) there.insert({golden.type, golden.schema});
  for_each_event_type([&]<class E>() {
    for (int schema = 1; schema <= E::schema; ++schema) {
      INFO(E::type << " of schema " << schema << ": annals_events_tests [write-golden] writes what is missing");
      CHECK(there.contains({std::string(E::type), schema}));
    }
  });
  for (const auto& [type, schema] : there) {
    INFO(type << " of schema " << schema);
    CHECK(schema <= current_schema_of(type));
  }
}

TEST_CASE("write the golden records that are missing; never change one", "[.][write-golden]") {
  for_each_event_type([&]<class E>() {
    const auto name = std::string(E::type) + ".v" + std::to_string(E::schema);
    if (std::filesystem::exists(golden_directory() / (name + ".hex"))) return;
    write_golden(name, sample_commit<E>());
    WARN("wrote " << name << ": read it before it is committed, for it stays for ever");
  });
}

}  // namespace annals::test::golden_test
