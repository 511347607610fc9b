#pragma once

#include "projections/projecting.hpp"
#include "projections/projections.hpp"
#include "projections/records.hpp"

namespace annals {

/// The keys with which requests come, by the SHA-256 of their secrets.
struct ApiKeys : Projecting {
  using Events = EventSet<ApiKeyIssued, ApiKeyRevoked>;
  void on(const ApiKeyIssued& event, const RecordedEvent& recorded);
  void on(const ApiKeyRevoked& event, const RecordedEvent& recorded);
};
Projection api_keys_projection();

/// Opens nothing.
std::optional<ApiKeyRow> read_api_key_row(const ViewReader& views, PlatformId platform, KeyId id);
/// Those not revoked, by id. Opens nothing.
std::vector<ApiKeyRow> api_key_rows(const ViewReader& views, PlatformId platform);

}  // namespace annals
