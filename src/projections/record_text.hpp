#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "core/ids.hpp"
#include "events/event.hpp"
#include "projections/record_parts.hpp"
#include "projections/view_rows.hpp"

/// The sealed part of a person and of an organization: the record's JSON as the API sends it, and behind it where its
/// fields stand, so that a record is sent without being serialised again and can still be read back.
namespace annals {

/// Builds one JSON object in one string.
class ObjectText {
 public:
  ObjectText() { out_.reserve(768); }
  ObjectText& key(std::string_view name);
  ObjectText& text(std::string_view value);  ///< quoted
  ObjectText& json(std::string_view value);  ///< as it is
  ObjectText& number(std::uint64_t value);
  ObjectText& boolean(bool value) { return json(value ? "true" : "false"); }
  ObjectText& time(Timestamp at);
  ObjectText& id(const Uuid& value);
  ObjectText& null() { return json("null"); }
  std::size_t size() const { return out_.size(); }
  std::string close() &&;

 private:
  std::string out_ = "{";
};

std::string person_text(PlatformId platform, const PersonRow& row, const PersonDetails& details);
PersonDetails person_details(std::string_view text);
/// What a record shows of other records; the texts are JSON.
struct RecordJoins {
  bool organization_there = false;  ///< else it reads as none
  std::string organization_name = "null";
  std::string tags = "[]";
};
/// As the API sends it: without the spans, and with what it shows of others.
std::string sendable_person(std::string text, const RecordJoins& joins);
/// Without the spans and without anything of others; the organization as it was written.
std::string own_person(std::string text);
/// Views of the text, but for the user that the person is and the person that it is merged into, which it does not
/// point out.
PersonParts person_parts(std::string_view text, std::string_view platform_user = "null",
                         std::string_view merged_into = {});

std::string organization_text(PlatformId platform, const OrganizationRow& row, const OrganizationDetails& details);
OrganizationDetails organization_details(std::string_view text);
std::string sendable_organization(std::string text, std::string_view tags);
std::string own_organization(std::string text);
OrganizationParts organization_parts(std::string_view text);

/// `"<version>"`, or `"<version>-<16 hex>"` with a digest of what was joined.
std::string etag_of(StreamVersion version, std::optional<std::string_view> joined = std::nullopt);
std::string person_etag(StreamVersion version, const std::optional<OrganizationId>& organization,
                        const RecordJoins& joins);
std::string organization_etag(StreamVersion version, std::string_view tags);

}  // namespace annals
