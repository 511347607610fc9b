#pragma once

#include <optional>
#include <string_view>

#include "commands/body.hpp"
#include "commands/deciding.hpp"
#include "core/problem.hpp"
#include "events/record_kinds.hpp"

/// Creating, updating and deleting a record, the same way for every kind. What one kind asks beyond that are its
/// RecordRules.
namespace annals {

class BodyReader;
template <class Kind>
struct RecordState;
template <class Kind>
struct RecordAfter;

/// The editable fields as a request gave them; nullopt: to be left alone, or faulty.
template <class Kind>
struct RecordFields {
  typename RecordUpdated<Kind>::Plain plain;
  typename RecordUpdated<Kind>::Texts texts;
  bool whole = false;  ///< of a new record, or of one that is replaced: what is absent gets its default
};

/// Specialised beside the kind's own commands:
///   static constexpr std::string_view create, update, remove;       // the commands' names
///   static constexpr std::string_view unique_field, not_unique;     // what is said when Kind::unique is taken
///   static RecordFields<Kind> read(BodyReader& reader, Write write);
///   /// `errors` and what else is wrong with the record as it would be, in the schema's order.
///   static FieldErrors checked(const RecordAfter<Kind>& after, FieldErrors errors);
/// and what commands/record/record_deciding.hpp says.
template <class Kind>
struct RecordRules;

template <class Kind>
RecordFields<Kind> read_fields(const Body& body, Write write, FieldErrors& errors);

template <class KindType>
struct CreateRecord {
  using Kind = KindType;
  static constexpr std::string_view kCommand = RecordRules<Kind>::create;
  RecordFields<Kind> fields;
  FieldErrors errors;

  static CreateRecord from(const Body& body) {
    CreateRecord command;
    command.fields = read_fields<Kind>(body, Write::replace, command.errors);
    return command;
  }
};

template <class KindType>
struct UpdateRecord {
  using Kind = KindType;
  static constexpr std::string_view kCommand = RecordRules<Kind>::update;
  typename Kind::Id id;
  RecordFields<Kind> fields;
  FieldErrors errors;

  static UpdateRecord from(typename Kind::Id id, const Body& body, Write write) {
    UpdateRecord command;
    command.id = id;
    command.fields = read_fields<Kind>(body, write, command.errors);
    return command;
  }
};

template <class KindType>
struct DeleteRecord {
  using Kind = KindType;
  static constexpr std::string_view kCommand = RecordRules<Kind>::remove;
  typename Kind::Id id;
};

}  // namespace annals
