#pragma once

#include <string>

#include "projections/kinds/kind_views.hpp"
#include "projections/record_text.hpp"

namespace annals {

struct RecordText {
  std::string json;
  std::string joined;  ///< what of it other records say; empty: nothing
};

/// Each kind's, beside its projection.
RecordText record_text(const ViewReader& views, PlatformId platform, const KindRecord<Pipeline>& pipeline);
RecordText record_text(const ViewReader& views, PlatformId platform, const KindRecord<Stage>& stage);
RecordText record_text(const ViewReader& views, PlatformId platform, const KindRecord<LeadSource>& source);
RecordText record_text(const ViewReader& views, PlatformId platform, const KindRecord<Tag>& tag);
RecordText record_text(const ViewReader& views, PlatformId platform, const KindRecord<Activity>& activity);
RecordText record_text(const ViewReader& views, PlatformId platform, const KindRecord<Favorite>& favorite);
RecordText record_text(const ViewReader& views, PlatformId platform, const KindRecord<SavedView>& view);

template <class Tag>
ObjectText& add_or_null(ObjectText& object, const std::optional<Number<Tag>>& id) {
  return id ? object.number(id->value) : object.null();
}
inline ObjectText& add_or_null(ObjectText& object, const std::optional<Uuid>& id) {
  return id ? object.id(*id) : object.null();
}
inline ObjectText& add_or_null(ObjectText& object, const std::optional<Timestamp>& at) {
  return at ? object.time(*at) : object.null();
}
RecordText record_text(const ViewReader& views, PlatformId platform, const KindRecord<Deal>& deal, Timestamp now);

/// Of any kind; most say the same at any time.
template <class Kind>
RecordText text_at(const ViewReader& views, PlatformId platform, const KindRecord<Kind>& record, Timestamp now) {
  if constexpr (requires { record_text(views, platform, record, now); }) {
    return record_text(views, platform, record, now);
  } else {
    return record_text(views, platform, record);
  }
}

/// `"metadata"`, `"created_at"` and `"updated_at"`, with which every kind's text ends.
template <class Kind>
std::string close_record(ObjectText object, const KindRecord<Kind>& record) {
  object.key("metadata").json(record.erased ? std::string_view("{}") : std::string_view(record.texts.metadata.text));
  object.key("created_at").time(record.created_at).key("updated_at").time(record.updated_at);
  return std::move(object).close();
}

}  // namespace annals
