#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <sstream>

#include "core/crypto.hpp"
#include "events/catalogue.hpp"
#include "events/commit.hpp"
#include "events/fill.hpp"
#include "events/golden.hpp"
#include "events/golden_sealer.hpp"

namespace annals::test::docs_test {
namespace {

struct DocumentedEvent {
  CatalogueEntry entry;
  std::string stream;  ///< `person-<person>`
  std::string when;
  std::vector<std::string> meanings;
};

std::string trimmed(const std::string& text) {
  const auto from = text.find_first_not_of(" `");
  return from == std::string::npos ? "" : text.substr(from, text.find_last_not_of(" `") - from + 1);
}

std::vector<std::string> cells_of(const std::string& row) {
  std::vector<std::string> cells;
  std::istringstream in(row.substr(1));
  for (std::string cell; std::getline(in, cell, '|');) cells.push_back(trimmed(cell));
  return cells;
}

/// `Schema 1. Stream `x`. When.`
void read_summary(const std::string& line, DocumentedEvent& event) {
  event.entry.schema = static_cast<std::uint16_t>(std::stoi(line.substr(7)));
  const auto open = line.find('`');
  const auto close = line.find('`', open + 1);
  event.stream = line.substr(open + 1, close - open - 1);
  event.when = trimmed(line.substr(close + 2));
}

void read_row(const std::string& line, DocumentedEvent& event) {
  const auto cells = cells_of(line);
  if (cells.at(0) == "number" || cells.at(0).starts_with("---")) return;
  REQUIRE(cells.size() == 5);
  INFO(event.entry.type << ' ' << line);
  CHECK((cells[2] == "plain" || cells[2] == "sealed"));
  event.entry.fields.push_back({cells[0], cells[1], cells[2] == "sealed", cells[3]});
  event.meanings.push_back(cells[4]);
}

std::vector<DocumentedEvent> documented_events() {
  std::vector<DocumentedEvent> events;
  std::istringstream in(read_text(std::filesystem::path(ANNALS_SOURCE_DIR) / "docs/events.md"));
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("### ")) {
      events.emplace_back().entry.type = line.substr(4);
    } else if (line.starts_with("Schema ") && !events.empty()) {
      read_summary(line, events.back());
    } else if (line.starts_with("|") && !events.empty()) {
      read_row(line, events.back());
    }
  }
  return events;
}

std::string shown(const CatalogueEntry& entry) {
  std::string text = entry.type + " of schema " + std::to_string(entry.schema) + "\n";
  for (const auto& field : entry.fields) {
    text += field.number + ' ' + field.name + (field.sealed ? " sealed " : " plain ") + field.type + '\n';
  }
  return text;
}

std::string before_ids(const std::string& stream) {
  return stream.substr(0, stream.find_first_of("<0123456789"));
}

/// The hex digits of the worked example, without what is said beside them.
std::string example_bytes() {
  std::istringstream in(read_text(std::filesystem::path(ANNALS_SOURCE_DIR) / "docs/log-format.md"));
  std::string hex;
  bool inside = false;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("```")) inside = line == "```hex";
    if (inside && !line.starts_with("```")) hex += line.substr(0, line.find('#'));
  }
  return bytes_of_hex(hex);
}

Commit example() {
  Commit commit;
  commit.header.frame = {PlatformId{3}, Position{17}, 2, sha256("the record before")};
  commit.header.correlation = CorrelationId(*Uuid::parse("0f34597e-a3c8-4d12-b75c-81a6cbf0153a"));
  commit.header.actor = {UserId{5}, PlatformId{3}, KeyId{300}};
  commit.header.idempotency = IdempotencyMark{sha256("a key"), sha256("a request"), 201};
  const RoleCreated created{RoleId{9}, false, {SlotId{6}, RoleDetails{"Auditor", {"Ibl.CRM/Persons/read"}}}};
  const PolicyUpdated updated{PolicyId{4}, RoleId{9}, {UserId{130}, UserId{7}}, {}, std::nullopt};
  commit.events = {{EventId(*Uuid::parse("7fa4c9ee-1338-4d82-a7cc-f1163b6085aa")), "role-9", StreamVersion{1},
                    from_micros(1780582931482913), 1, created},
                   {EventId(*Uuid::parse("698eb3d8-fd22-476c-91b6-db00254a6f94")), "policy-4", StreamVersion{2},
                    from_micros(1780582931482914), 1, updated}};
  return commit;
}

}  // namespace

TEST_CASE("docs/events.md lists every event as the program knows it, and no other", "[events][docs]") {
  std::map<std::string, std::string> documented;
  for (const auto& event : documented_events()) {
    CHECK(documented.emplace(event.entry.type, shown(event.entry)).second);
  }
  std::map<std::string, std::string> known;
  for (const auto& entry : event_catalogue()) known.emplace(entry.type, shown(entry));
  for (const auto& [type, fields] : known) {
    INFO(type);
    CHECK(documented[type] == fields);
  }
  for (const auto& [type, fields] : documented) {
    INFO(type);
    CHECK(known.contains(type));
  }
}

TEST_CASE("docs/events.md says of every event its stream, when it happens and what its fields mean", "[events][docs]") {
  std::map<std::string, DocumentedEvent> documented;
  for (auto& event : documented_events()) documented.emplace(event.entry.type, event);
  for_each_event_type([&]<class E>() {
    INFO(E::type);
    const auto& event = documented[std::string(E::type)];
    CHECK(before_ids(event.stream) == before_ids(stream_of(E{})));
    CHECK(event.when.size() > 10);
    for (const auto& meaning : event.meanings) CHECK(meaning.ends_with('.'));
  });
}

TEST_CASE("texts, secrets and JSON are sealed in every event", "[events][docs]") {
  for (const auto& entry : event_catalogue()) {
    for (const auto& field : entry.fields) {
      INFO(entry.type << ' ' << field.name << ": " << field.type);
      if (field.name == "relations" || field.name == "reparented") continue;  // names of relations: ours, not personal
      if (!field.sealed) CHECK(field.type.find("text") == std::string::npos);
      if (!field.sealed) CHECK(field.type.find("JSON") == std::string::npos);
    }
  }
}

TEST_CASE("the record in docs/log-format.md is what the program writes", "[events][docs]") {
  CHECK(to_hex(example_bytes()) == to_hex(encode_commit(example(), GoldenSealer())));
  auto written = example();
  for (auto& event : written.events) event.schema = 1;
  CHECK(decode_commit(example_bytes(), GoldenSealer()) == written);
}

}  // namespace annals::test::docs_test
