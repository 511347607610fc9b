#include "commands/import/import_decision.hpp"

#include <type_traits>

#include "commands/rules.hpp"

namespace annals {
namespace {

/// The command that updates what this one creates.
template <class Create>
using UpdateOf = std::conditional_t<std::is_same_v<Create, CreatePerson>, UpdatePerson, UpdateOrganization>;

std::uint64_t& count_of(RecordsImported& imported, const CreatePerson&) {
  return imported.persons;
}
std::uint64_t& count_of(RecordsImported& imported, const CreateOrganization&) {
  return imported.organizations;
}

void refuse(FieldErrors& errors, std::string field, std::string_view name) {
  errors.push_back({std::move(field), {no_such_pk(name)}});
}

}  // namespace

void ImportDecision::add(const ImportRow& row) {
  const auto write_into = [this](const ImportRow& one) {
    std::visit([&](const auto& record) { write(one, record); }, one.record);
  };
  if (row.organization_name.empty() && row.owner_name.empty()) return write_into(row);
  auto resolved = row;
  resolve(resolved);
  write_into(resolved);
}

template <class Create>
void ImportDecision::write(const ImportRow& row, const Create& record) {
  const auto there = found(record);
  if (there && row.update) return update(row, std::get<UpdateOf<Create>>(*row.update), *there);
  if (there && record.errors.empty()) {
    ++imported_.skipped;
    return;
  }
  create(row, record);
}

template <class Create>
void ImportDecision::create(const ImportRow& row, const Create& record) {
  auto created = writes_.create(record);
  if (!created) return reject(row, std::move(created).error());
  ++count_of(imported_, record);
}

template <class Update, class Id>
void ImportDecision::update(const ImportRow& row, const Update& command, Id id) {
  auto changed = writes_.update(command, id);
  if (!changed) return reject(row, std::move(changed).error());
  ++(*changed ? imported_.updated : imported_.unchanged);
}

void ImportDecision::reject(const ImportRow& row, Problem problem) {
  imported_.rejected.push_back({row.line, std::move(problem.fields)});
}

std::optional<PersonId> ImportDecision::found(const CreatePerson& record) const {
  const auto& unique_id = record.fields.unique_id;
  return unique_id && !unique_id->empty() ? writes_.state().person_with_unique_id(*unique_id) : std::nullopt;
}

std::optional<OrganizationId> ImportDecision::found(const CreateOrganization& record) const {
  return record.fields.name ? writes_.state().organization_named(*record.fields.name) : std::nullopt;
}

void ImportDecision::resolve(ImportRow& row) const {
  const auto resolve_each = [&](auto& wanted) { resolve_in(wanted, row); };
  std::visit(resolve_each, row.record);
  if (row.update) std::visit(resolve_each, *row.update);
}

template <class Wanted>
void ImportDecision::resolve_in(Wanted& wanted, const ImportRow& row) const {
  if constexpr (std::is_same_v<decltype(wanted.fields), PersonFields>) {
    if (const auto& name = row.organization_name; !name.empty()) {
      wanted.fields.organization.emplace(writes_.state().organization_named(name));
      if (!*wanted.fields.organization) refuse(wanted.errors, "organization", name);
    }
  }
  if (const auto& name = row.owner_name; !name.empty()) {
    if (const auto owner = member_named(name)) {
      wanted.fields.owner.emplace(static_cast<std::int64_t>(owner->value));
    } else {
      refuse(wanted.errors, "owner", name);
    }
  }
}

/// Nobody learns here who else has an account: only an active member is found.
std::optional<UserId> ImportDecision::member_named(const std::string& name) const {
  const auto& state = writes_.state();
  auto user = state.user_with_username(name);
  if (!user) user = state.user_with_email(name);
  return user && is_active_member(state, *user, writes_.context().now) ? user : std::nullopt;
}

}  // namespace annals
