#include "projections/kinds/deal_titles.hpp"

#include "core/json.hpp"

namespace annals {

void DealTitles::load(const ViewReader& views, PlatformId platform) {
  TrigramBatch batch;
  walk_records<Deal>(views, platform, [&](const KindRecord<Deal>& deal) {
    if (!deal.texts.description.empty()) described.add(row_at(deal.id));
    grow(deal.id);
    if (deal.erased) {
      erased_.insert(deal.id);
    } else {
      load_parts(row_at(deal.id), {quote_json(deal.texts.title)}, false, batch);
    }
  });
  grow(DealId{next_record_id<Deal>(views, platform).value - 1});
  TrigramIndex loaded;
  batch.add_to(loaded);
  text_index.take(std::move(loaded));
}

void DealTitles::on(const DealCreated& event) {
  if (event.texts.data && !event.texts.data->description.empty()) described.add(row_at(event.id));
  grow(event.id);
  if (event.texts.data) {
    put_parts(row_at(event.id), {quote_json(event.texts.data->title)});
  } else {
    erased_.insert(event.id);
  }
}

void DealTitles::on(const DealUpdated& event) {
  if (!event.texts || event.id.value > size_) return;
  const bool anew = erased_.contains(event.id);
  if (!anew && !texts.has(row_at(event.id))) return;
  if (!event.texts->data) return forget(event.id);
  const auto& title = event.texts->data->title;
  if (anew || title) put_parts(row_at(event.id), {quote_json(title.value_or(""))});
  erased_.erase(event.id);
  if (const auto& description = event.texts->data->description) {
    description->empty() ? described.remove(row_at(event.id)) : described.add(row_at(event.id));
  }
}

void DealTitles::on(const DealDeleted& event) {
  drop(event.id);
  erased_.erase(event.id);
}

void DealTitles::on(const PersonErased& event) {
  for_each_erased<Deal>(event, [this](DealId id) { forget(id); });
}

bool DealTitles::operator==(const DealTitles& other) const {
  if (!(prefixes == other.prefixes) || !(described == other.described)) return false;
  if (size_ != other.size_ || erased_ != other.erased_ || !(text_index.trigrams() == other.text_index.trigrams()))
    return false;
  for (Row row = 0; row < size_; ++row) {
    if (texts.has(row) != other.texts.has(row)) return false;
    if (texts.has(row) && parts(row) != other.parts(row)) return false;
  }
  return true;
}

void DealTitles::grow(DealId to) {
  for (; size_ < to.value; ++size_) {
    texts.push_back();
    prefixes.push_back(0);
  }
}

void DealTitles::load_parts(Row row, const DealParts& parts, bool keep, TrigramBatch& batch) {
  prefixes[row] = prefix_of(text_content(parts.front()));
  TextColumn::load_parts(row, parts, keep, batch);
}

void DealTitles::put_parts(Row row, const DealParts& parts) {
  prefixes[row] = prefix_of(text_content(parts.front()));
  TextColumn::put_parts(row, parts);
}

void DealTitles::drop_parts(Row row) {
  prefixes[row] = 0;
  described.remove(row);
  TextColumn::drop_parts(row);
}

void DealTitles::drop(DealId id) {
  if (id.value <= size_) drop_parts(row_at(id));
}

void DealTitles::forget(DealId id) {
  if (id.value > size_ || !texts.has(row_at(id))) return;
  drop(id);
  erased_.insert(id);
}

}  // namespace annals
