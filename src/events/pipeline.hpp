#pragma once

#include <string>

#include "events/named_texts.hpp"
#include "events/record_kind.hpp"

/// Pipelines and the stages in them. Field numbers and type names are on disk and never change.
namespace annals {

struct Pipeline {
  using Id = PipelineId;
  static constexpr std::string_view name = "pipeline";
  static constexpr std::string_view created = "PipelineCreated";
  static constexpr std::string_view updated = "PipelineUpdated";
  static constexpr std::string_view deleted = "PipelineDeleted";

  template <template <class> class Of>
  struct Plain {
    Of<bool> is_default{};  ///< of one pipeline at most
    Of<std::uint64_t> rotten_days{};
    bool operator==(const Plain&) const = default;
    static constexpr void fields(auto& self, auto&& field) {
      field(2, "is_default", self.is_default);
      field(3, "rotten_days", self.rotten_days);
    }
  };
  template <template <class> class Of>
  using Texts = NamedTexts<Of>;

  /// No two pipelines of a platform share it.
  static std::string unique(const Plain<Whole>&, const Texts<Whole>& texts) { return texts.code; }
};
using PipelineCreated = RecordCreated<Pipeline>;
using PipelineUpdated = RecordUpdated<Pipeline>;
using PipelineDeleted = RecordDeleted<Pipeline>;  ///< its stages go along

struct Stage {
  using Id = StageId;
  static constexpr std::string_view name = "stage";
  static constexpr std::string_view created = "StageCreated";
  static constexpr std::string_view updated = "StageUpdated";
  static constexpr std::string_view deleted = "StageDeleted";

  template <template <class> class Of>
  struct Plain {
    Of<PipelineId> pipeline{};
    Of<std::uint64_t> probability{};  ///< percent
    Of<std::uint64_t> sort_order{};
    Of<bool> is_won{};
    Of<bool> is_lost{};
    bool operator==(const Plain&) const = default;
    static constexpr void fields(auto& self, auto&& field) {
      field(2, "pipeline", self.pipeline);
      field(3, "probability", self.probability);
      field(4, "sort_order", self.sort_order);
      field(5, "is_won", self.is_won);
      field(6, "is_lost", self.is_lost);
    }
  };
  template <template <class> class Of>
  using Texts = NamedTexts<Of>;

  static void references(const Plain<Whole>& plain, auto&& with) { with(plain.pipeline); }
  /// No two stages of a platform share it.
  static std::string unique(const Plain<Whole>& plain, const Texts<Whole>& texts) {
    return std::to_string(plain.pipeline.value) + ' ' + texts.code;
  }
};
using StageCreated = RecordCreated<Stage>;
using StageUpdated = RecordUpdated<Stage>;
using StageDeleted = RecordDeleted<Stage>;

/// On the pipeline's stream, before StageUpdated of each stage that it moved: `sort_order` is from now on where a stage
/// stands in `order`, from 0.
struct StagesReordered {
  static constexpr std::string_view type = "StagesReordered";
  static constexpr std::uint16_t schema = 1;
  PipelineId pipeline;
  std::vector<StageId> order;  ///< all of the pipeline's
  bool operator==(const StagesReordered&) const = default;
  static constexpr void fields(auto& self, auto&& field) {
    field(1, "pipeline", self.pipeline);
    field(2, "order", self.order);
  }
};

}  // namespace annals
