#include "commands/fields/body_reader.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "commands/fields/email_address.hpp"
#include "commands/fields/messages.hpp"
#include "commands/fields/spelling.hpp"
#include "core/json.hpp"

namespace annals {
namespace {

constexpr std::size_t kEmailCodePointsMax = 254;
constexpr std::chrono::seconds kDurationMax{std::chrono::days(36'500)};

std::optional<double> real_of(std::string_view text) {
  double real = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), real);
  return fault == std::errc{} && end == text.data() + text.size() ? std::optional(real) : std::nullopt;
}

}  // namespace

JsonKind BodyReader::Sent::kind() const {
  return form ? JsonKind::string : json_kind(value);
}

std::optional<std::string> BodyReader::Sent::text() const {
  if (form) return std::string(value);
  switch (json_kind(value)) {
    case JsonKind::string:
      return json_string(value);
    case JsonKind::integer:
    case JsonKind::real:
      return std::string(value);
    case JsonKind::null:
    case JsonKind::boolean:
    case JsonKind::array:
    case JsonKind::object:
      return std::nullopt;
  }
  return std::nullopt;
}

BodyReader::BodyReader(const Body& body, FieldErrors& errors) : body_(body), errors_(errors) {
  if (!body.not_an_object.empty()) {
    fail("non_field_errors", "Invalid data. Expected a dictionary, but got " + body.not_an_object + '.');
  }
}

void BodyReader::fail(std::string_view name, std::string message) {
  fail(name, std::vector<std::string>{std::move(message)});
}
void BodyReader::fail(std::string_view name, std::vector<std::string> messages) {
  errors_.push_back({std::string(name), std::move(messages), {}});
}
void BodyReader::fail_items(std::string_view name, std::vector<ItemError> items) {
  errors_.push_back({std::string(name), {}, std::move(items)});
}

std::optional<BodyReader::Sent> BodyReader::find(std::string_view name, Need need, FormBlank blank) {
  if (!body_.not_an_object.empty()) return std::nullopt;
  const auto* value = body_.find(name);
  const auto* form = value ? std::get_if<FormValues>(value) : nullptr;
  if (!value || (form && form->empty())) {
    if (need == Need::required) fail(name, message::kRequired);
    return std::nullopt;
  }
  if (!form) return Sent{false, std::get<JsonText>(*value).text};
  if (!form->back().empty() || blank == FormBlank::itself) return Sent{true, form->back()};
  if (blank == FormBlank::null) return Sent{false, "null"};
  // An empty input that is needed is read, and refused, as the text that it is.
  return need == Need::required ? std::optional(Sent{true, form->back()}) : std::nullopt;
}

std::optional<BodyReader::Sent> BodyReader::take(std::string_view name, Need need, FormBlank blank) {
  const auto sent = find(name, need, blank);
  if (!sent || sent->kind() != JsonKind::null) return sent;
  fail(name, message::kNull);
  return std::nullopt;
}

bool BodyReader::is_null_or_blank(const Sent& sent) const {
  return sent.kind() == JsonKind::null || (sent.kind() == JsonKind::string && sent.text()->empty());
}

BodyReader::Checked BodyReader::checked_text(const Sent& sent, const TextRule& rule) const {
  const auto raw = sent.text();
  if (!raw) return std::vector<std::string>{message::kNotText};
  const auto text = stripped(*raw);
  if (text.empty()) {
    if (!rule.may_be_blank) return std::vector<std::string>{message::kBlank};
    return std::string();
  }
  std::vector<std::string> faults;
  if (count_code_points(text) > rule.code_points_max) {
    faults.push_back(message::too_long(rule.code_points_max));
  }
  if (text.contains('\0')) faults.emplace_back("Null characters are not allowed.");
  if (!faults.empty()) return faults;
  return std::string(text);
}

std::optional<std::string> BodyReader::text(std::string_view name, const TextRule& rule) {
  const auto sent = take(name, rule.need, FormBlank::itself);
  if (!sent) return std::nullopt;
  return text_that(name, rule, [](std::string_view) { return true; }, {}, *sent);
}

/// All that is wrong with a text is said at once: its length, its characters, and that it is not what `check` wants.
template <class Check>
std::optional<std::string> BodyReader::text_that(std::string_view name, const TextRule& rule, Check check,
                                                 std::string_view message, const Sent& sent) {
  auto checked = checked_text(sent, rule);
  if (auto* text = std::get_if<std::string>(&checked)) {
    if (text->empty() || check(*text)) return std::move(*text);
    fail(name, std::string(message));
    return std::nullopt;
  }
  auto& faults = std::get<std::vector<std::string>>(checked);
  const auto raw = sent.text();
  if (raw && !stripped(*raw).empty() && !check(stripped(*raw))) faults.emplace_back(message);
  fail(name, std::move(faults));
  return std::nullopt;
}

std::optional<std::string> BodyReader::email(std::string_view name) {
  const auto sent = take(name, Need::required, FormBlank::itself);
  if (!sent) return std::nullopt;
  return text_that(name, {Need::required, false, kEmailCodePointsMax}, is_email_address, message::kNotEmail, *sent);
}

std::optional<std::optional<std::string>> BodyReader::nullable_email(std::string_view name) {
  const auto sent = find(name, Need::optional, FormBlank::itself);
  if (!sent) return std::nullopt;
  if (sent->kind() == JsonKind::null) return std::optional<std::string>();
  auto email =
      text_that(name, {Need::optional, true, kEmailCodePointsMax}, is_email_address, message::kNotEmail, *sent);
  if (!email) return std::nullopt;
  return email->empty() ? std::optional<std::string>() : std::move(email);
}

std::optional<std::string> BodyReader::slug(std::string_view name, Need need, std::size_t code_points_max) {
  const auto sent = take(name, need, FormBlank::itself);
  if (!sent) return std::nullopt;
  return text_that(name, {need, false, code_points_max}, is_slug, message::kNotSlug, *sent);
}

std::optional<std::string> BodyReader::color(std::string_view name) {
  const auto sent = take(name, Need::optional, FormBlank::itself);
  if (!sent) return std::nullopt;
  return text_that(name, {Need::optional, false}, is_color, message::kNotColor, *sent);
}

std::optional<std::string> BodyReader::redirect_target(std::string_view name) {
  const auto sent = take(name, Need::optional, FormBlank::itself);
  if (!sent) return std::nullopt;
  return text_that(name, {}, is_redirect_target, message::kNotUrl, *sent);
}

std::optional<bool> BodyReader::boolean(std::string_view name) {
  const auto sent = take(name, Need::optional, FormBlank::nothing);
  if (!sent) return std::nullopt;
  std::optional<bool> value;
  switch (sent->kind()) {
    case JsonKind::boolean:
      value = sent->value == "true";
      break;
    case JsonKind::integer:
    case JsonKind::real:
      if (const auto number = real_of(sent->value); number == 0.0 || number == 1.0) value = number == 1.0;
      break;
    case JsonKind::string:
      value = spelt_boolean(*sent->text());
      break;
    case JsonKind::null:
    case JsonKind::array:
    case JsonKind::object:
      break;
  }
  if (!value) fail(name, message::kNotBoolean);
  return value;
}

std::optional<std::int64_t> BodyReader::integer_of(const Sent& sent) const {
  const auto text = sent.text();
  if (!text) return std::nullopt;
  if (sent.kind() != JsonKind::real) return spelt_integer(*text);
  constexpr double kInt64End = 9223372036854775808.0;
  const auto real = real_of(*text);
  if (!real || std::trunc(*real) != *real || *real < -kInt64End || *real >= kInt64End) return std::nullopt;
  return static_cast<std::int64_t>(*real);
}

std::optional<std::int64_t> BodyReader::integer(std::string_view name, Need need) {
  const auto sent = take(name, need, FormBlank::nothing);
  if (!sent) return std::nullopt;
  const auto value = integer_of(*sent);
  if (!value) fail(name, message::kNotInteger);
  return value;
}

std::optional<std::optional<std::int64_t>> BodyReader::nullable_integer(std::string_view name) {
  const auto sent = find(name, Need::optional, FormBlank::null);
  if (!sent) return std::nullopt;
  if (is_null_or_blank(*sent)) return std::optional<std::int64_t>();
  const auto value = integer_of(*sent);
  if (value) return value;
  fail(name, message::kNotInteger);
  return std::nullopt;
}

std::optional<std::uint64_t> BodyReader::natural(std::string_view name, std::uint64_t max) {
  const auto value = integer(name, Need::optional);
  if (!value) return std::nullopt;
  if (*value < 0) {
    fail(name, message::too_small(0));
  } else if (static_cast<std::uint64_t>(*value) > max) {
    fail(name, message::too_large(max));
  } else {
    return static_cast<std::uint64_t>(*value);
  }
  return std::nullopt;
}

std::optional<Amount> BodyReader::amount(std::string_view name) {
  const auto sent = take(name, Need::optional, FormBlank::itself);
  if (!sent) return std::nullopt;
  const auto text = sent->text();
  const auto parsed = text ? parse_amount(stripped(*text)) : ParsedAmount{{}, AmountFault::not_a_number};
  if (!parsed.fault) return parsed.amount;
  fail(name, message::amount_fault(*parsed.fault));
  return std::nullopt;
}

std::optional<Uuid> BodyReader::uuid_of(const Sent& sent) const {
  if (sent.kind() != JsonKind::string) return std::nullopt;
  return Uuid::parse(*sent.text());
}

std::optional<Uuid> BodyReader::uuid(std::string_view name, Need need) {
  const auto sent = take(name, need, FormBlank::nothing);
  if (!sent) return std::nullopt;
  const auto value = uuid_of(*sent);
  if (!value) fail(name, message::kNotUuid);
  return value;
}

std::optional<std::optional<Uuid>> BodyReader::nullable_uuid(std::string_view name) {
  const auto sent = find(name, Need::optional, FormBlank::null);
  if (!sent) return std::nullopt;
  if (is_null_or_blank(*sent)) return std::optional<Uuid>();
  const auto value = uuid_of(*sent);
  if (value) return value;
  fail(name, message::kNotUuid);
  return std::nullopt;
}

std::optional<std::optional<Timestamp>> BodyReader::nullable_time(std::string_view name) {
  const auto sent = find(name, Need::optional, FormBlank::null);
  if (!sent) return std::nullopt;
  if (is_null_or_blank(*sent)) return std::optional<Timestamp>();
  const auto time = sent->kind() == JsonKind::string ? parse_time(stripped(*sent->text())) : std::nullopt;
  if (time) return std::optional(time->at);
  fail(name, message::kNotTime);
  return std::nullopt;
}

std::optional<std::optional<Day>> BodyReader::nullable_day(std::string_view name) {
  const auto sent = find(name, Need::optional, FormBlank::null);
  if (!sent) return std::nullopt;
  if (is_null_or_blank(*sent)) return std::optional<Day>();
  const auto day = sent->kind() == JsonKind::string ? parse_day(stripped(*sent->text())) : std::nullopt;
  if (day) return std::optional(*day);
  fail(name, message::kNotDay);
  return std::nullopt;
}

void BodyReader::refuse(std::string_view name, std::string message) {
  if (body_.find(name) != nullptr) fail(name, std::move(message));
}

std::optional<std::chrono::seconds> BodyReader::duration(std::string_view name) {
  const auto sent = find(name, Need::optional, FormBlank::null);
  if (!sent || sent->kind() == JsonKind::null) return std::nullopt;
  std::optional<std::chrono::seconds> value;
  if (const auto seconds = integer_of(*sent)) {
    value = std::chrono::seconds(*seconds);
  } else if (sent->kind() == JsonKind::string) {
    value = spelt_duration(*sent->text());
  }
  if (!value) {
    fail(name, message::kNotDuration);
  } else if (*value < std::chrono::seconds(1)) {
    fail(name, message::too_small(1));
  } else if (*value > kDurationMax) {
    fail(name, message::too_large(static_cast<std::uint64_t>(kDurationMax.count())));
  } else {
    return value;
  }
  return std::nullopt;
}

std::optional<JsonText> BodyReader::parsed(std::string_view name, const Sent& sent) {
  if (!sent.form) return JsonText{std::string(sent.value)};
  auto value = parse_json(sent.value);
  if (value) return std::move(*value);
  fail(name, message::kNotJson);
  return std::nullopt;
}

std::optional<JsonText> BodyReader::json(std::string_view name) {
  const auto sent = find(name, Need::optional, FormBlank::itself);
  return sent ? parsed(name, *sent) : std::nullopt;
}

std::optional<JsonText> BodyReader::dictionary(std::string_view name) {
  const auto sent = find(name, Need::optional, FormBlank::nothing);
  auto value = sent ? parsed(name, *sent) : std::nullopt;
  if (!value) return std::nullopt;
  const auto kind = json_kind(value->text);
  if (kind == JsonKind::object) return value;
  if (kind == JsonKind::null) {
    fail(name, message::kNull);
  } else {
    fail(name, message::not_a_dictionary(kind));
  }
  return std::nullopt;
}

std::optional<std::string> BodyReader::choice_text(std::string_view name, Need need) {
  const auto sent = take(name, need, FormBlank::nothing);
  if (!sent) return std::nullopt;
  if (sent->kind() == JsonKind::boolean) return sent->value == "true" ? "True" : "False";
  auto text = sent->text();
  return text ? std::move(text) : std::optional(std::string(sent->value));
}

FieldErrors in_schema_order(FieldErrors errors, std::initializer_list<std::string_view> fields) {
  std::ranges::sort(errors, {},
                    [&](const FieldError& error) { return std::ranges::find(fields, error.field) - fields.begin(); });
  return errors;
}

void check_platform_key(BodyReader& reader) {
  reader.text("platform_key", {Need::optional, false});
}

}  // namespace annals
