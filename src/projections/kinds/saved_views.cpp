#include "projections/kinds/saved_views.hpp"

#include "projections/kinds/kind_lists.hpp"

namespace annals {

RecordText record_text(const ViewReader&, PlatformId platform, const KindRecord<SavedView>& view) {
  const auto& texts = view.texts;
  ObjectText object;
  object.key("id").number(view.id.value).key("platform").number(platform.value);
  object.key("user").number(view.plain.user.value);
  object.key("object_type").text(texts.object_type).key("name").text(texts.title).key("type").text(texts.type);
  object.key("columns").json(texts.columns.text).key("filters").json(texts.filters.text);
  object.key("sorts").json(texts.sorts.text).key("group_by").json(texts.group_by.text);
  return {close_record(std::move(object), view), {}};
}

Result<Page> list_saved_views(const RecordReading& from, UserId user, const SavedViewFilter& filter,
                              const PageRequest& request) {
  const auto views = records_of<SavedView>(
      from, user,
      [&](const KindRecord<SavedView>& view) {
        return (!filter.object_type || view.texts.object_type == *filter.object_type) &&
               (!filter.type || view.texts.type == *filter.type);
      },
      request);
  return page_of_records<SavedView>(from, views, request);
}

template std::optional<ShownRecord> show_record<SavedView>(const RecordReading&, SavedViewId);
template std::optional<UserId> user_of<SavedView>(const RecordReading&, SavedViewId);

}  // namespace annals
