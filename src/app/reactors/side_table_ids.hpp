#pragma once

#include "storage/byte_store.hpp"

/// The numbers of the tables beside the views. On disk; never change, and a retired number stays listed.
namespace annals::side {

inline constexpr ViewId checkpoints{1};  ///< reactor → the position up to which it has seen the platform's log
inline constexpr ViewId effects{2};      ///< reactor ‖ target ‖ position → EffectRow
inline constexpr ViewId lanes{3};        ///< reactor ‖ lane ‖ position ‖ target: those that wait
inline constexpr ViewId due{4};          ///< reactor ‖ time ‖ target ‖ position: of those that wait, each lane's first

inline constexpr ViewId deliveries{5};     ///< webhook ‖ position → DeliveryRow: the last ones that were tried
inline constexpr ViewId due_by_target{6};  ///< reactor ‖ target ‖ time ‖ position: instead of `due`, see DueOrder

}  // namespace annals::side
