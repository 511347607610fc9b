#pragma once

#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "commands/record/record_state.hpp"
#include "core/sealing.hpp"
#include "projections/kinds/activities.hpp"
#include "projections/kinds/deals.hpp"
#include "projections/kinds/favorites.hpp"
#include "projections/kinds/lead_sources.hpp"
#include "projections/kinds/pipelines.hpp"
#include "projections/kinds/saved_views.hpp"
#include "projections/kinds/tags.hpp"
#include "storage/byte_store.hpp"

namespace annals {

/// What deciding reads of the records of each kind, from the views. Does not own what it reads from.
template <class Kinds>
class KindsViewState;

template <>
class KindsViewState<KindList<>> : public StatesOfKinds<RecordKinds> {
 public:
  struct Source {
    const ViewReader& views;
    PlatformId platform;
    const Digester& digester;
  };
  explicit KindsViewState(const Source& source) : from_(source) {}

 protected:
  const Source from_;
};

template <class Kind, class... Others>
class KindsViewState<KindList<Kind, Others...>> : public KindsViewState<KindList<Others...>> {
 public:
  using KindsViewState<KindList<Others...>>::KindsViewState;
  using StatesOfKinds<RecordKinds>::record;
  using StatesOfKinds<RecordKinds>::records;
  using StatesOfKinds<RecordKinds>::record_with;
  using StatesOfKinds<RecordKinds>::slot;
  using StatesOfKinds<RecordKinds>::referring;
  using StatesOfKinds<RecordKinds>::due;
  using StatesOfKinds<RecordKinds>::ever_referring;
  using StatesOfKinds<RecordKinds>::next_id;

  std::optional<RecordState<Kind>> record(typename Kind::Id id) const override {
    auto found = read_record<Kind>(this->from_.views, this->from_.platform, id);
    if constexpr (requires { forget_gone(this->from_.views, this->from_.platform, found->plain); }) {
      if (found) forget_gone(this->from_.views, this->from_.platform, found->plain);
    }
    return found ? std::optional(state_of(*std::move(found))) : std::nullopt;
  }
  std::vector<RecordState<Kind>> records(Kind) const override {
    std::vector<RecordState<Kind>> all;
    for (auto& record : all_records<Kind>(this->from_.views, this->from_.platform)) {
      all.push_back(state_of(std::move(record)));
    }
    return all;
  }
  std::optional<typename Kind::Id> record_with(Kind, std::string_view unique) const override {
    return annals::record_with<Kind>(this->from_.views, this->from_.platform, this->from_.digester, unique);
  }
  std::optional<SlotId> slot(typename Kind::Id id) const override {
    const auto row = read_row<Kind>(this->from_.views, this->from_.platform, id);
    return row ? std::optional(row->slot) : std::nullopt;
  }
  std::vector<typename Kind::Id> referring(Kind, const Reference& to) const override {
    return annals::referring<Kind>(this->from_.views, this->from_.platform, to);
  }
  std::vector<typename Kind::Id> due(Kind, Timestamp now, std::size_t limit) const override {
    return due_records<Kind>(this->from_.views, this->from_.platform, now, limit);
  }
  std::vector<typename Kind::Id> ever_referring(Kind, const Reference& to) const override {
    return annals::ever_referring<Kind>(this->from_.views, this->from_.platform, to);
  }
  typename Kind::Id next_id(Kind) const override {
    return next_record_id<Kind>(this->from_.views, this->from_.platform);
  }

 private:
  static RecordState<Kind> state_of(KindRecord<Kind> record) {
    return {record.id, record.version, record.slot, std::move(record.plain), std::move(record.texts), record.erased};
  }
};

}  // namespace annals
