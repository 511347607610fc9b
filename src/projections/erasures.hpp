#pragma once

#include <vector>

#include "projections/projections.hpp"
#include "projections/view_rows.hpp"

namespace annals {

/// Who was erased, when, by whom and why.
Projection erasures_projection();

/// The erasures among the events of a commit.
std::vector<ErasureRow> erasures_in(const Commit& commit);

/// Whether the log says that the person is erased. Opens nothing.
bool has_erasure(const ViewReader& views, PlatformId platform, PersonId person);

}  // namespace annals
