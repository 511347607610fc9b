#pragma once

#include <filesystem>
#include <span>

#include "app/noted_erasures.hpp"
#include "storage/store.hpp"

namespace annals {

/// Says in a restored log that these persons are erased, as the server itself and for the reason that they were before;
/// those of whom it says so already are passed over. Their keys may be gone: nothing of the persons is read. False: the
/// disk refuses.
bool erase_again(Store& store, const std::filesystem::path& directory, std::span<const NotedErasure> erasures);

}  // namespace annals
