#include "projections/commit_reading.hpp"

namespace annals {

Commit read_commit(const CommitRecord& record, const Sealer& sealer) {
  if (record.quarantined) {
    Commit passed_over;
    passed_over.header.frame = record.frame;
    return passed_over;
  }
  try {
    return decode_commit(record.bytes, sealer);
  } catch (const UndecodableEvent& event) {
    throw UndecodableCommit(record.frame.platform, event.position, event.what());
  } catch (const DecodeError& error) {
    throw UndecodableCommit(record.frame.platform, record.frame.first, error.what());
  }
}

}  // namespace annals
