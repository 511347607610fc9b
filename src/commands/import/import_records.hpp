#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "commands/deciding.hpp"
#include "commands/organization/create_organization.hpp"
#include "commands/person/create_person.hpp"

namespace annals {

enum class RecordKind { person, organization };
/// `person`, `persons`, `organization` or `organizations`, in any case and with white space around.
std::optional<RecordKind> record_kind_named(std::string_view name);

/// One record to be created. What its references name stands beside its fields, which then hold no such reference.
struct ImportRow {
  std::uint64_t line = 0;  ///< where it begins in its file, from 1
  std::variant<CreatePerson, CreateOrganization> record;
  std::string organization_name;  ///< of a person given by name instead of id; empty: not so
  std::string owner_name;         ///< a username or an email instead of an id; empty: not so
  bool readable = true;

  RecordKind kind() const { return record.index() == 0 ? RecordKind::person : RecordKind::organization; }
  static ImportRow from(RecordKind kind, Body body, std::uint64_t line);
  /// One that no record can be made of: it is rejected with this error.
  static ImportRow unreadable(RecordKind kind, FieldError error, std::uint64_t line);
};

/// Creates persons and organizations by the rules of the single commands, each row seeing those before it. A person
/// whose unique id is there, and an organization whose name is there, are skipped, so that repeating it is harmless. A
/// row that is refused keeps none of the others from being created.
struct ImportRecords {
  static constexpr std::string_view kCommand = "ImportRecords";
  std::vector<ImportRow> rows;
};

Result<Decision> decide(const ImportRecords& command, const State& state,
                        const std::optional<Precondition>& precondition, const DecisionContext& context);

}  // namespace annals
