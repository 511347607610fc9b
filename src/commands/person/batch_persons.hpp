#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "commands/body.hpp"
#include "commands/deciding.hpp"
#include "commands/person/create_person.hpp"
#include "commands/person/update_person.hpp"

namespace annals {

inline constexpr std::size_t kBatchedPersonsMax = 1000;

enum class BatchOperation { create, update, upsert };

/// One item of a batch. What its operation needs of `create` and `update` is read.
struct BatchRow {
  BatchOperation operation = BatchOperation::create;
  CreatePerson create;
  UpdatePerson update;  ///< its person: of an update
  FieldErrors errors;   ///< of what says which person is meant: then nothing else counts

  static BatchRow from(const Body& body);
};

/// Creates, updates and upserts persons by the rules of the single commands, each row seeing those before it, in one
/// commit. A row that is refused keeps none of the others from being done, unless it is all or none.
struct BatchPersons {
  static constexpr std::string_view kCommand = "BatchPersons";
  std::vector<BatchRow> rows;
  bool all_or_none = false;
  FieldErrors errors;

  static BatchPersons from(const Body& body);
};

Result<Decision> decide(const BatchPersons& command, const State& state,
                        const std::optional<Precondition>& precondition, const DecisionContext& context);

}  // namespace annals
