#pragma once

#include <string>

#include "core/json.hpp"
#include "core/money.hpp"
#include "core/time.hpp"
#include "events/record_kind.hpp"

/// Deals. Field numbers and type names are on disk and never change.
namespace annals {

/// On disk; never change.
enum class DealStatus : std::uint8_t { open = 0, won = 1, lost = 2 };
std::string_view name_of(DealStatus status);
std::optional<DealStatus> deal_status_named(std::string_view name);

struct Deal {
  using Id = DealId;
  static constexpr std::string_view name = "deal";
  static constexpr std::string_view relation = "deals";
  static constexpr std::string_view created = "DealCreated";
  static constexpr std::string_view updated = "DealUpdated";
  static constexpr std::string_view deleted = "DealDeleted";

  template <template <class> class Of>
  struct Plain {
    Of<PersonId> person{};
    Of<std::optional<OrganizationId>> organization{};
    Of<PipelineId> pipeline{};
    Of<StageId> stage{};
    Of<DealStatus> status{};
    Of<std::optional<Timestamp>> closed_at{};
    Of<Timestamp> stage_since{};  ///< when it came into its stage
    Of<Amount> lead_value{};
    Of<Currency> currency{};
    Of<std::optional<Day>> expected_close_date{};
    Of<std::optional<LeadSourceId>> source{};
    Of<std::optional<UserId>> owner{};
    bool operator==(const Plain&) const = default;
    static constexpr void fields(auto& self, auto&& field) {
      field(2, "person", self.person);
      field(3, "organization", self.organization);
      field(4, "pipeline", self.pipeline);
      field(5, "stage", self.stage);
      field(6, "status", self.status);
      field(7, "closed_at", self.closed_at);
      field(8, "stage_since", self.stage_since);
      field(9, "lead_value", self.lead_value);
      field(10, "currency", self.currency);
      field(11, "expected_close_date", self.expected_close_date);
      field(12, "source", self.source);
      field(13, "owner", self.owner);
    }
  };
  template <template <class> class Of>
  struct Texts {
    Of<std::string> title{};
    Of<std::string> description{};
    Of<std::string> lost_reason{};
    Of<JsonText> metadata{};
    bool operator==(const Texts&) const = default;
    static constexpr void fields(auto& self, auto&& field) {
      field(1, "title", self.title);
      field(2, "description", self.description);
      field(3, "lost_reason", self.lost_reason);
      field(4, "metadata", self.metadata);
    }
  };

  static constexpr bool own_slot = true;
  static void references(const Plain<Whole>& plain, auto&& with) {
    with(plain.person);
    if (plain.organization) with(*plain.organization);
    with(plain.pipeline);
    with(plain.stage);
    if (plain.source) with(*plain.source);
  }
};
using DealCreated = RecordCreated<Deal>;  ///< sealed under the deal's own new slot
using DealUpdated = RecordUpdated<Deal>;
using DealDeleted = RecordDeleted<Deal>;  ///< its activities and tags go along

/// Into another stage, and with it perhaps won, lost or open again. What changed beside is a DealUpdated of the same
/// commit.
struct DealStageChanged {
  static constexpr std::string_view type = "DealStageChanged";
  static constexpr std::uint16_t schema = 1;
  DealId deal;
  StageId from;
  StageId to;
  DealStatus status = DealStatus::open;
  std::optional<Timestamp> closed_at;
  Timestamp stage_since;
  bool operator==(const DealStageChanged&) const = default;
  static constexpr void fields(auto& self, auto&& field) {
    field(1, "deal", self.deal);
    field(2, "from", self.from);
    field(3, "to", self.to);
    field(4, "status", self.status);
    field(5, "closed_at", self.closed_at);
    field(6, "stage_since", self.stage_since);
  }
};

}  // namespace annals
