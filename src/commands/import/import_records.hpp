#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "commands/deciding.hpp"
#include "commands/import/record_kind.hpp"
#include "commands/organization/create_organization.hpp"
#include "commands/organization/update_organization.hpp"
#include "commands/person/create_person.hpp"
#include "commands/person/update_person.hpp"

namespace annals {

/// What becomes of a record that is there already.
enum class Existing { skip, update };

/// One record to be created, or updated when it is there. What its references name stands beside its fields, which then
/// hold no such reference.
struct ImportRow {
  std::uint64_t line = 0;  ///< where it begins in its file, from 1
  std::variant<CreatePerson, CreateOrganization> record;
  /// Of the same kind: the fields that are given, for a record that is there. nullopt: such a one is skipped.
  std::optional<std::variant<UpdatePerson, UpdateOrganization>> update;
  std::string organization_name;  ///< of a person given by name instead of id; empty: not so
  std::string owner_name;         ///< a username or an email instead of an id; empty: not so
  bool readable = true;

  RecordKind kind() const { return record.index() == 0 ? RecordKind::person : RecordKind::organization; }
  static ImportRow from(RecordKind kind, Body body, std::uint64_t line, Existing existing = Existing::skip);
  /// One that no record can be made of: it is rejected with this error.
  static ImportRow unreadable(RecordKind kind, FieldError error, std::uint64_t line);
};

/// Creates persons and organizations by the rules of the single commands, each row seeing those before it. A person
/// whose unique id is there, and an organization whose name is there, are skipped or updated, so that repeating it is
/// harmless. A row that is refused keeps none of the others from being done.
struct ImportRecords {
  static constexpr std::string_view kCommand = "ImportRecords";
  std::vector<ImportRow> rows;
};

Result<Decision> decide(const ImportRecords& command, const State& state,
                        const std::optional<Precondition>& precondition, const DecisionContext& context);

}  // namespace annals
