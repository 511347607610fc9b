#pragma once

#include <span>

#include "http/resources/filters.hpp"

/// The filters of the lists, for whatever else answers a list's records.
namespace annals::http {

std::span<const FilterField<PersonFilter>> person_filters();
std::span<const FilterField<OrganizationFilter>> organization_filters();

}  // namespace annals::http
