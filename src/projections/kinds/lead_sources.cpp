#include "projections/kinds/lead_sources.hpp"

#include "projections/case_folding.hpp"
#include "projections/kinds/kind_lists.hpp"

namespace annals {

RecordText record_text(const ViewReader&, PlatformId platform, const KindRecord<LeadSource>& source) {
  ObjectText object;
  object.key("id").number(source.id.value).key("platform").number(platform.value);
  object.key("name").text(source.texts.title).key("code").text(source.texts.code);
  return {close_record(std::move(object), source), {}};
}

Result<Page> list_lead_sources(const RecordReading& from, const LeadSourceFilter& filter, const PageRequest& request) {
  const SearchedText name(filter.name);
  return list_records<LeadSource>(
      from,
      [&](const KindRecord<LeadSource>& source) {
        return (!filter.code || are_alike(source.texts.code, *filter.code)) &&
               (name.none() || name.in(source.texts.title));
      },
      request);
}

template std::optional<ShownRecord> show_record<LeadSource>(const RecordReading&, LeadSourceId);
template bool record_exists<LeadSource>(const RecordReading&, LeadSourceId);

}  // namespace annals
