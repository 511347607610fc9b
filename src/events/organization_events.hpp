#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/bytes.hpp"
#include "core/json.hpp"
#include "events/sealed.hpp"

/// What can happen to an organization. Field numbers and type names are on disk and never change.
namespace annals {

struct OrganizationDetails {
  std::string name;
  JsonText address{"{}"};
  JsonText metadata{"{}"};
  bool operator==(const OrganizationDetails&) const = default;
  static constexpr void fields(auto& self, auto&& field) {
    field(1, "name", self.name);
    field(2, "address", self.address);
    field(3, "metadata", self.metadata);
  }
};

struct OrganizationDetailsChange {
  std::optional<std::string> name;
  std::optional<JsonText> address;
  std::optional<JsonText> metadata;
  bool operator==(const OrganizationDetailsChange&) const = default;
  static constexpr void fields(auto& self, auto&& field) {
    field(1, "name", self.name);
    field(2, "address", self.address);
    field(3, "metadata", self.metadata);
  }
};

struct OrganizationCreated {
  static constexpr std::string_view type = "OrganizationCreated";
  static constexpr std::uint16_t schema = 1;
  OrganizationId organization;
  std::optional<UserId> owner;
  std::vector<Digest128> metadata_keys;
  Sealed<OrganizationDetails> details;  ///< the organization's own new slot
  bool operator==(const OrganizationCreated&) const = default;
  static constexpr void fields(auto& self, auto&& field) {
    field(1, "organization", self.organization);
    field(2, "owner", self.owner);
    field(3, "metadata_keys", self.metadata_keys);
    field.sealed(4, self.details);
  }
};

struct OrganizationUpdated {
  static constexpr std::string_view type = "OrganizationUpdated";
  static constexpr std::uint16_t schema = 1;
  OrganizationId organization;
  std::optional<std::optional<UserId>> owner;
  std::optional<std::vector<Digest128>> metadata_keys;
  std::optional<Sealed<OrganizationDetailsChange>> details;
  bool operator==(const OrganizationUpdated&) const = default;
  static constexpr void fields(auto& self, auto&& field) {
    field(1, "organization", self.organization);
    field(2, "owner", self.owner);
    field(3, "metadata_keys", self.metadata_keys);
    field.sealed(4, self.details);
  }
};

/// One event however many persons belong to it: from now on they read as belonging to none.
struct OrganizationDeleted {
  static constexpr std::string_view type = "OrganizationDeleted";
  static constexpr std::uint16_t schema = 1;
  OrganizationId organization;
  bool operator==(const OrganizationDeleted&) const = default;
  static constexpr void fields(auto& self, auto&& field) { field(1, "organization", self.organization); }
};

}  // namespace annals
