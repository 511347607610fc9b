#include "projections/kinds/tags.hpp"

#include "projections/case_folding.hpp"
#include "projections/kinds/kind_lists.hpp"

namespace annals {

std::string tag_chip(TagId id, const TagCreated::Texts& texts) {
  ObjectText chip;
  chip.key("id").number(id.value).key("name").text(texts.title).key("color").text(texts.color);
  return std::move(chip).close();
}

RecordText record_text(const ViewReader&, PlatformId platform, const KindRecord<Tag>& tag) {
  ObjectText object;
  object.key("id").number(tag.id.value).key("platform").number(platform.value);
  object.key("name").text(tag.texts.title).key("color").text(tag.texts.color);
  return {close_record(std::move(object), tag), {}};
}

Result<Page> list_tags(const RecordReading& from, const TagFilter& filter, const PageRequest& request) {
  const SearchedText name(filter.name);
  const auto terms = search_terms(filter.search);
  return list_records<Tag>(
      from,
      [&](const KindRecord<Tag>& tag) {
        return (name.none() || name.in(tag.texts.title)) &&
               std::ranges::all_of(terms, [&](const SearchedText& term) { return term.in(tag.texts.title); }) &&
               (!filter.created_at_gte || *filter.created_at_gte <= tag.created_at) &&
               (!filter.created_at_lte || tag.created_at <= *filter.created_at_lte);
      },
      request);
}

template std::optional<ShownRecord> show_record<Tag>(const RecordReading&, TagId);
template bool record_exists<Tag>(const RecordReading&, TagId);

}  // namespace annals
