#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/problem.hpp"
#include "core/time.hpp"
#include "events/enums.hpp"
#include "events/event.hpp"
#include "http/resources/query_string.hpp"
#include "http/resources/route.hpp"
#include "projections/queries.hpp"

namespace annals::http {

/// What is wrong with a value; empty: nothing.
using Fault = std::string;

/// One filter of a list: its documentation, and how its value is read into the typed filter.
template <class Filter>
struct FilterField {
  Parameter parameter;
  Fault (*read)(Filter& filter, std::string_view value);
  bool repeats = false;  ///< every value that the query has counts, not the last one only
};

/// Every filter that the query names, or all that are wrong, in the order of `fields`.
template <class Filter>
Result<Filter> read_filter(const QueryString& query, std::span<const FilterField<Filter>> fields) {
  Filter filter;
  FieldErrors errors;
  for (const auto& field : fields) {
    const auto& name = field.parameter.name;
    Fault fault;
    if (field.repeats) {
      for (const auto value : query.values(name)) {
        if (fault.empty()) fault = field.read(filter, value);
      }
    } else if (const auto value = query.value(name)) {
      fault = field.read(filter, *value);
    } else if (field.parameter.required) {
      fault = "This field is required.";
    }
    if (!fault.empty()) errors.push_back({std::string(name), {std::move(fault)}});
  }
  if (!errors.empty()) return std::unexpected(Problem(std::move(errors)));
  return filter;
}

template <class Filter>
std::vector<Parameter> parameters_of(std::span<const FilterField<Filter>> fields) {
  std::vector<Parameter> parameters;
  for (const auto& field : fields) parameters.push_back(field.parameter);
  return parameters;
}

Fault read_text(std::string_view value, std::string& into);                ///< white space around it is cut off
Fault read_key(std::string_view value, std::optional<std::string>& into);  ///< exactly as sent
Fault read_boolean(std::string_view value, std::optional<bool>& into);
/// Any number; one that no user has matches nothing.
Fault read_user(std::string_view value, std::optional<UserId>& into);
template <class Id>
Fault read_id(std::string_view value, std::optional<Id>& into) {
  std::optional<UserId> number;
  auto fault = read_user(value, number);
  if (number) into = Id{number->value};
  return fault;
}
Fault read_day(std::string_view value, std::optional<Day>& into);
Fault read_person(std::string_view value, std::optional<PersonId>& into);
Fault read_organization(std::string_view value, std::optional<OrganizationId>& into);
/// Numbers with commas between them, to those there are; one that no tag has matches nothing.
Fault read_tags(std::string_view value, std::vector<TagId>& into);
/// A date means its first microsecond, or its last.
Fault read_not_before(std::string_view value, std::optional<Timestamp>& into);
Fault read_not_after(std::string_view value, std::optional<Timestamp>& into);
Fault no_such_choice(std::string_view value);

/// One of the names of an enum.
template <NamedEnum E>
Fault read_named(std::string_view value, std::optional<E>& into) {
  into = enum_named<E>(value);
  return into ? Fault() : no_such_choice(value);
}

template <class Order>
struct OrderName {
  std::string_view name;
  Order order;
};

/// `name` ascending, `-name` descending.
template <class Order>
Fault read_ordering(std::string_view value, std::span<const OrderName<Order>> names, Order& order, bool& descending) {
  const bool minus = value.starts_with('-');
  const auto wanted = value.substr(minus ? 1 : 0);
  for (const auto& known : names) {
    if (known.name != wanted) continue;
    order = known.order;
    descending = minus;
    return {};
  }
  return no_such_choice(value);
}

}  // namespace annals::http
