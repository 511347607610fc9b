#pragma once

#include "app/view_state.hpp"
#include "commands/import/import_decision.hpp"
#include "commands/made_up_choices.hpp"

namespace annals {

/// Decides an import's rows on what the views hold and on the rows before them, and writes nothing. Remembers what the
/// rows would have left: the unique ids and names; with updates, the records.
class ImportTrial {
 public:
  /// Does not own its arguments.
  ImportTrial(const ViewReader& views, const Digester& digester, const Caller& caller, Timestamp now,
              Existing existing);
  ImportTrial(const ImportTrial&) = delete;
  ImportTrial& operator=(const ImportTrial&) = delete;
  /// What would become of the row.
  RecordsImported of(const ImportRow& row);

 private:
  MadeUpChoices choices_;
  ViewState state_;
  DecisionContext context_;
  ImportDecision decision_;
};

}  // namespace annals
