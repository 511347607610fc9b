#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "core/ids.hpp"
#include "core/time.hpp"
#include "events/record_kinds.hpp"

/// What deciding reads of the records of each kind in events/record_kinds.hpp.
namespace annals {

template <class KindType>
struct RecordState {
  using Kind = KindType;
  typename Kind::Id id;
  StreamVersion version;
  SlotId slot;
  typename RecordCreated<Kind>::Plain plain;
  typename RecordCreated<Kind>::Texts texts;  ///< empty once erased
  bool erased = false;
};

/// Of one kind; the argument that names it says nothing else.
template <class Kind>
class RecordStates {
 public:
  virtual ~RecordStates() = default;
  virtual std::optional<RecordState<Kind>> record(typename Kind::Id id) const = 0;
  virtual std::vector<RecordState<Kind>> records(Kind) const = 0;  ///< by id
  /// The one with this text of Kind::unique.
  virtual std::optional<typename Kind::Id> record_with(Kind, std::string_view unique) const = 0;
  /// Also of a deleted one; nullopt when there never was one.
  virtual std::optional<SlotId> slot(typename Kind::Id id) const = 0;
  /// Those with this among their Kind::references, by id.
  virtual std::vector<typename Kind::Id> referring(Kind, const Reference& to) const = 0;
  /// Those whose Kind::due_at is not behind `now`, earliest first.
  virtual std::vector<typename Kind::Id> due(Kind, Timestamp now, std::size_t limit) const = 0;
  /// The same with those that had it when they were deleted, where the kind has slots of its own.
  virtual std::vector<typename Kind::Id> ever_referring(Kind, const Reference& to) const = 0;
  virtual typename Kind::Id next_id(Kind) const = 0;
};

template <class Kinds>
class StatesOfKinds;
template <class... Kinds>
class StatesOfKinds<KindList<Kinds...>> : public RecordStates<Kinds>... {
 public:
  using RecordStates<Kinds>::record...;
  using RecordStates<Kinds>::records...;
  using RecordStates<Kinds>::record_with...;
  using RecordStates<Kinds>::slot...;
  using RecordStates<Kinds>::referring...;
  using RecordStates<Kinds>::due...;
  using RecordStates<Kinds>::ever_referring...;
  using RecordStates<Kinds>::next_id...;
};

}  // namespace annals
