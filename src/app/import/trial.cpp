#include "app/import/trial.hpp"

namespace annals {

ImportTrial::ImportTrial(const ViewReader& views, const Digester& digester, const Caller& caller, Timestamp now,
                         Existing existing)
    : state_(views, caller.platform, digester),
      context_{now, caller, choices_, digester},
      decision_(state_, context_, existing) {}

RecordsImported ImportTrial::of(const ImportRow& row) {
  decision_.add(row);
  decision_.take_events();
  return decision_.take_outcome();
}

}  // namespace annals
