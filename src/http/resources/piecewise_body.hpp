#pragma once

#include <functional>
#include <memory>
#include <string>

#include "http/resources/exchange.hpp"

namespace annals::http {

/// Appends the next bytes, never none but at the end; false: these were the last. What it throws cuts the answer off.
using MakePiece = std::move_only_function<bool(std::string& bytes)>;

/// How many bytes a piece had best have: enough to be worth a turn, few enough for a connection to hold two.
inline constexpr std::size_t kPieceBytes = 256u << 10;

/// A body made on the threads for long reads, one piece while the one before is being sent. `make` is called from one
/// thread at a time.
std::shared_ptr<StreamedBody> piecewise_body(const Exchange& exchange, MakePiece make);

}  // namespace annals::http
