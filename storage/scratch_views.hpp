#pragma once

#include <expected>
#include <filesystem>
#include <memory>

#include "storage/byte_store.hpp"
#include "storage/store.hpp"

namespace annals {

/// An empty place for views in `directory`, which must not be there yet, sealing and opening with the keys of `store`,
/// which must live longer. For comparing; nothing of it is meant to last.
std::expected<std::unique_ptr<ByteStore>, StoreProblem> open_scratch_views(const Store& store,
                                                                           const std::filesystem::path& directory);

}  // namespace annals
