#include "projections/organization_table.hpp"

#include "projections/record_text.hpp"

namespace annals {

void OrganizationSets::take(OrganizationSets&& others) {
  there.take(std::move(others.there));
  owned.take(std::move(others.owned));
  owners.take(std::move(others.owners));
}

/// An attribute to filter by is a set above, a line here and one in matching.cpp.
void OrganizationTable::each_set(Sets& of, Row row, auto&& with) const {
  with(of.there);
  with(of.owners, owner[row]);
  if (owner[row] != UserId{}) with(of.owned);
}

OrganizationMark OrganizationTable::mark_of(const std::optional<OrganizationId>& id) const {
  const auto ordinal = id ? find(*id) : std::nullopt;
  return ordinal ? ordinal->value + 1 : 0;
}

void OrganizationTable::load(const OrganizationRow& stored, const std::string* text, bool keep_text, Loading& loading) {
  const auto row = stored.ordinal.value;
  ids[row] = stored.id;
  set_version(row, stored.version);
  created_at[row] = stored.created_at;
  if (!stored.there() || text == nullptr) return;
  owner[row] = stored.owner.value_or(UserId{});
  updated_at[row] = stored.updated_at;
  each_set(loading.sets, row, Adding{row});
  load_texts(row, organization_parts(*text), keep_text, loading);
}

void OrganizationTable::on(const OrganizationCreated& event, Timestamp at) {
  const auto row = push_back(event.organization, at);
  if (!event.details.data) return;
  owner[row] = event.owner.value_or(UserId{});
  updated_at[row] = at;
  name_prefix[row] = prefix_of(event.details.data->name);
  each_set(sets, row, Adding{row});
  const auto name = quote_json(event.details.data->name);
  put_parts(row, {name, event.details.data->address.text, event.details.data->metadata.text});
}

void OrganizationTable::on(const OrganizationUpdated& event, Timestamp at) {
  const auto found = row_there(event.organization);
  if (!found) return;
  const auto row = *found;
  if (event.details && !event.details->data) return hide(row);
  updated_at[row] = at;
  if (event.owner) {
    each_set(sets, row, Removing{row});
    owner[row] = event.owner->value_or(UserId{});
    each_set(sets, row, Adding{row});
  }
  if (!event.details) return;
  const auto& details = *event.details->data;
  if (details.name) name_prefix[row] = prefix_of(*details.name);
  ChangedParts changed(parts(row));
  changed.text(OrganizationPart::name, details.name);
  changed.json(OrganizationPart::address, details.address);
  changed.json(OrganizationPart::metadata, details.metadata);
  put_parts(row, changed.parts());
}

void OrganizationTable::on(const OrganizationDeleted& event, Timestamp) {
  if (const auto row = row_there(event.organization)) hide(*row);
}

void OrganizationTable::hide(Row row) {
  each_set(sets, row, Removing{row});
  drop_parts(row);
  owner[row] = UserId{};
  updated_at[row] = Timestamp{};
  name_prefix[row] = 0;
}

}  // namespace annals
