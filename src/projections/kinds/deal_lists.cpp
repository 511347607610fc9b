#include "projections/kinds/deal_list.hpp"

namespace annals {

Result<Page> list_deals(const RecordReading& from, const DealFilter& filter, const PageRequest& request) {
  return read_then(from, [&](const RecordReading& reading) {
    return page_of(context_of(reading), DealList(reading, filter), request);
  });
}

bool takes_long(const RecordReading& from, const DealFilter& filter) {
  return is_long(context_of(from), DealList(from, filter));
}

}  // namespace annals
