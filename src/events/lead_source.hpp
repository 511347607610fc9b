#pragma once

#include <string>

#include "events/named_texts.hpp"
#include "events/record_kind.hpp"

/// Where deals come from. Field numbers and type names are on disk and never change.
namespace annals {

struct LeadSource {
  using Id = LeadSourceId;
  static constexpr std::string_view name = "lead_source";
  static constexpr std::string_view created = "LeadSourceCreated";
  static constexpr std::string_view updated = "LeadSourceUpdated";
  static constexpr std::string_view deleted = "LeadSourceDeleted";

  template <template <class> class Of>
  struct Plain {
    bool operator==(const Plain&) const = default;
    static constexpr void fields(auto&, auto&&) {}
  };
  template <template <class> class Of>
  using Texts = NamedTexts<Of>;

  /// No two sources of a platform share it.
  static std::string unique(const Plain<Whole>&, const Texts<Whole>& texts) { return texts.code; }
};
using LeadSourceCreated = RecordCreated<LeadSource>;
using LeadSourceUpdated = RecordUpdated<LeadSource>;
using LeadSourceDeleted = RecordDeleted<LeadSource>;  ///< deals that named it read `source: null`

}  // namespace annals
