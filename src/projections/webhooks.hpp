#pragma once

#include "projections/projecting.hpp"
#include "projections/projections.hpp"
#include "projections/records.hpp"

namespace annals {

/// Where a platform's events are sent to.
struct Webhooks : Projecting {
  using Events = EventSet<WebhookCreated, WebhookUpdated, WebhookDeleted>;
  void on(const WebhookCreated& event, const RecordedEvent& recorded);
  void on(const WebhookUpdated& event, const RecordedEvent& recorded);
  void on(const WebhookDeleted& event, const RecordedEvent& recorded);
};
Projection webhooks_projection();

/// Those not deleted, by id.
std::vector<WebhookRecord> all_webhooks(const ViewReader& views, PlatformId platform);
/// The version that its stream has reached; 0: deleted, or never there. Opens nothing.
StreamVersion webhook_version(const ViewReader& views, PlatformId platform, WebhookId id);

}  // namespace annals
