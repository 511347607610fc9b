#include "projections/lists.hpp"

#include "projections/list_pages.hpp"

namespace annals {

Result<Page> list_persons(const ListContext& context, const PersonFilter& filter, const PageRequest& request) {
  return page_of(context, PersonList(context, filter), request);
}

Result<Page> list_organizations(const ListContext& context, const OrganizationFilter& filter,
                                const PageRequest& request) {
  return page_of(context, OrganizationList(context, filter), request);
}

bool takes_long(const ListContext& context, const PersonFilter& filter) {
  return is_long(context, PersonList(context, filter));
}

bool takes_long(const ListContext& context, const OrganizationFilter& filter) {
  return is_long(context, OrganizationList(context, filter));
}

}  // namespace annals
