#pragma once

#include <memory>
#include <string>
#include <vector>

#include "projections/lists.hpp"

/// All records of a kind in the order of their creation, some hundreds at a time, so that what is in memory does not
/// grow with their number. Between two portions nothing is held: neither a lock nor a snapshot.
namespace annals {

/// What every record of the platform is, as the views say. Does not own them.
std::unique_ptr<RecordStream> stored_persons(const ViewReader& views, PlatformId platform);
std::unique_ptr<RecordStream> stored_organizations(const ViewReader& views, PlatformId platform);

/// Those that the filter leaves, whatever order it asks for, and were there at the first portion; each portion is of a
/// moment of its own.
std::unique_ptr<RecordStream> stream_persons(ListContext context, PersonFilter filter);
std::unique_ptr<RecordStream> stream_organizations(ListContext context, OrganizationFilter filter);

}  // namespace annals
