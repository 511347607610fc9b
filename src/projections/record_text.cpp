#include "projections/record_text.hpp"

#include "core/append_number.hpp"
#include "core/bytes.hpp"
#include "core/crypto.hpp"
#include "core/json.hpp"
#include "core/time.hpp"

namespace annals {
namespace {

/// Where a field's JSON stands in the text.
struct Span {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
};
inline constexpr std::size_t kSpanBytes = 8;

enum PersonField : std::size_t {
  kName,
  kPrimaryEmail,
  kEmails,
  kContactNumbers,
  kJobTitle,
  kOrganization,
  kUniqueId,
  kMetadata,
  kPersonFields
};
enum OrganizationField : std::size_t { kOrganizationName, kAddress, kOrganizationMetadata, kOrganizationFields };

constexpr std::string_view kOrganizationNameKey = ",\"organization_name\":";
constexpr std::string_view kTagsKey = ",\"tags\":";
constexpr std::string_view kMetadataKey = ",\"metadata\":";

/// The text with room for `fields` spans behind it.
class SpannedText {
 public:
  explicit SpannedText(std::size_t fields) : fields_(fields) {}
  ObjectText& open(std::string_view name, std::size_t field) {
    object.key(name);
    spans_[field].begin = static_cast<std::uint32_t>(object.size());
    return object;
  }
  void close(std::size_t field) { spans_[field].end = static_cast<std::uint32_t>(object.size()); }
  void text(std::string_view name, std::size_t field, std::string_view value) {
    open(name, field).text(value);
    close(field);
  }
  void json(std::string_view name, std::size_t field, std::string_view value) {
    open(name, field).json(value);
    close(field);
  }
  std::string finish() && {
    std::string text = std::move(object).close();
    ByteWriter out(text);
    for (std::size_t field = 0; field < fields_; ++field) {
      out.u32(spans_[field].begin);
      out.u32(spans_[field].end);
    }
    return text;
  }

  ObjectText object;

 private:
  std::size_t fields_;
  std::array<Span, kPersonFields> spans_{};  // the most that a record has
};

template <std::size_t Fields>
Span span_of(std::string_view text, std::size_t field) {
  constexpr auto kTrailer = Fields * kSpanBytes;
  if (text.size() < kTrailer) throw DecodeError("a record's text is too short");
  ByteReader in(text.substr(text.size() - kTrailer + field * kSpanBytes));
  Span span;
  span.begin = in.u32();
  span.end = in.u32();
  if (span.begin > span.end || span.end > text.size() - kTrailer) throw DecodeError("a record's field is not in it");
  return span;
}

template <std::size_t Fields>
std::string_view field_of(std::string_view text, std::size_t field) {
  const auto span = span_of<Fields>(text, field);
  return text.substr(span.begin, span.end - span.begin);
}

std::string decoded(std::string_view json) {
  return json_string(json);
}
JsonText kept(std::string_view json) {
  return JsonText{std::string(json)};
}

}  // namespace

ObjectText& ObjectText::key(std::string_view name) {
  if (out_.size() > 1) out_ += ',';
  out_ += '"';
  out_ += name;
  out_ += "\":";
  return *this;
}

ObjectText& ObjectText::text(std::string_view value) {
  append_json_string(out_, value);
  return *this;
}

ObjectText& ObjectText::json(std::string_view value) {
  out_ += value;
  return *this;
}

ObjectText& ObjectText::number(std::uint64_t value) {
  append_number(out_, value);
  return *this;
}

ObjectText& ObjectText::time(Timestamp at) {
  out_ += '"';
  append_timestamp(out_, at);
  out_ += '"';
  return *this;
}

ObjectText& ObjectText::id(const Uuid& value) {
  out_ += '"';
  value.append_to(out_);
  out_ += '"';
  return *this;
}

std::string ObjectText::close() && {
  out_ += '}';
  return std::move(out_);
}

std::string person_text(PlatformId platform, const PersonRow& row, const PersonDetails& details) {
  SpannedText text(kPersonFields);
  auto& object = text.object;
  object.key("id").id(row.id).key("platform").number(platform.value);
  text.text("name", kName, details.name);
  if (details.primary_email) {
    text.text("primary_email", kPrimaryEmail, *details.primary_email);
  } else {
    text.json("primary_email", kPrimaryEmail, "null");
  }
  text.json("emails", kEmails, details.emails.text);
  text.json("contact_numbers", kContactNumbers, details.contact_numbers.text);
  text.text("job_title", kJobTitle, details.job_title);
  text.open("organization", kOrganization);
  row.organization ? object.id(*row.organization) : object.null();
  text.close(kOrganization);
  object.key("owner");
  row.owner ? object.number(row.owner->value) : object.null();
  object.key("platform_user");
  row.platform_user ? object.number(row.platform_user->value) : object.null();
  object.key("lifecycle_stage").text(name_of(row.lifecycle_stage));
  text.text("unique_id", kUniqueId, details.unique_id);
  object.key("active").boolean(row.active);
  text.json("metadata", kMetadata, details.metadata.text);
  object.key("created_at").time(row.created_at).key("updated_at").time(row.updated_at);
  if (row.merged_into) object.key("merged_into").id(*row.merged_into);
  return std::move(text).finish();
}

PersonDetails person_details(std::string_view text) {
  const auto field = [&](PersonField which) { return field_of<kPersonFields>(text, which); };
  PersonDetails details;
  details.name = decoded(field(kName));
  if (const auto email = field(kPrimaryEmail); email != "null") details.primary_email = decoded(email);
  details.emails = kept(field(kEmails));
  details.contact_numbers = kept(field(kContactNumbers));
  details.job_title = decoded(field(kJobTitle));
  details.unique_id = decoded(field(kUniqueId));
  details.metadata = kept(field(kMetadata));
  return details;
}

std::string own_person(std::string text) {
  span_of<kPersonFields>(text, kName);
  text.resize(text.size() - kPersonFields * kSpanBytes);
  return text;
}

std::string sendable_person(std::string text, const RecordJoins& joins) {
  const auto organization = span_of<kPersonFields>(text, kOrganization);
  const auto metadata = span_of<kPersonFields>(text, kMetadata).begin - kMetadataKey.size();
  const auto end = text.size() - kPersonFields * kSpanBytes;
  const auto part = [&](std::size_t first, std::size_t last) {
    return std::string_view(text).substr(first, last - first);
  };
  std::string sent;
  sent.reserve(end + joins.organization_name.size() + joins.tags.size() + 64);
  sent += part(0, organization.begin);
  sent += joins.organization_there ? part(organization.begin, organization.end) : std::string_view("null");
  sent.append(kOrganizationNameKey).append(joins.organization_name);
  sent += part(organization.end, metadata);
  sent.append(kTagsKey).append(joins.tags);
  sent += part(metadata, end);
  return sent;
}

PersonParts person_parts(std::string_view text, std::string_view platform_user, std::string_view merged_into) {
  const auto field = [&](PersonField which) { return field_of<kPersonFields>(text, which); };
  return {field(kName),           field(kPrimaryEmail), field(kEmails),
          field(kContactNumbers), field(kJobTitle),     field(kUniqueId),
          field(kMetadata),       platform_user,        merged_into};
}

std::string organization_text(PlatformId platform, const OrganizationRow& row, const OrganizationDetails& details) {
  SpannedText text(kOrganizationFields);
  auto& object = text.object;
  object.key("id").id(row.id).key("platform").number(platform.value);
  text.text("name", kOrganizationName, details.name);
  text.json("address", kAddress, details.address.text);
  object.key("owner");
  row.owner ? object.number(row.owner->value) : object.null();
  text.json("metadata", kOrganizationMetadata, details.metadata.text);
  object.key("created_at").time(row.created_at).key("updated_at").time(row.updated_at);
  return std::move(text).finish();
}

OrganizationDetails organization_details(std::string_view text) {
  return {decoded(field_of<kOrganizationFields>(text, kOrganizationName)),
          kept(field_of<kOrganizationFields>(text, kAddress)),
          kept(field_of<kOrganizationFields>(text, kOrganizationMetadata))};
}

std::string own_organization(std::string text) {
  span_of<kOrganizationFields>(text, kOrganizationName);
  text.resize(text.size() - kOrganizationFields * kSpanBytes);
  return text;
}

std::string sendable_organization(std::string text, std::string_view tags) {
  const auto metadata = span_of<kOrganizationFields>(text, kOrganizationMetadata).begin - kMetadataKey.size();
  auto sent = own_organization(std::move(text));
  return sent.insert(metadata, std::string(kTagsKey).append(tags));
}

OrganizationParts organization_parts(std::string_view text) {
  return {field_of<kOrganizationFields>(text, kOrganizationName), field_of<kOrganizationFields>(text, kAddress),
          field_of<kOrganizationFields>(text, kOrganizationMetadata)};
}

std::string etag_of(StreamVersion version, std::optional<std::string_view> joined) {
  auto tag = '"' + std::to_string(version.value);
  if (joined) tag += '-' + to_hex(as_view(sha256(*joined)).substr(0, 8));
  return tag + '"';
}

std::string person_etag(StreamVersion version, const std::optional<OrganizationId>& organization,
                        const RecordJoins& joins) {
  if (!organization && joins.tags == "[]") return etag_of(version);
  std::string joined(joins.organization_there ? organization->view() : std::string_view("null"));
  return etag_of(version, joined.append(joins.organization_name).append(joins.tags));
}

std::string organization_etag(StreamVersion version, std::string_view tags) {
  return tags == "[]" ? etag_of(version) : etag_of(version, tags);
}

}  // namespace annals
