#include "commands/webhook/webhook_fields.hpp"

#include <algorithm>

#include "commands/fields/body_reader.hpp"
#include "commands/rules.hpp"
#include "commands/webhook/webhook_url.hpp"
#include "core/base64.hpp"
#include "core/crypto.hpp"
#include "events/event_types.hpp"

namespace annals {
namespace {

constexpr std::size_t kDescriptionMax = 1000;
/// Short ones can be guessed from one signed delivery.
constexpr std::size_t kSecretMin = 16;

std::optional<std::vector<std::string>> read_event_types(BodyReader& reader, FieldErrors& errors) {
  auto types = reader.texts("event_types");
  if (!types) return std::nullopt;
  std::vector<ItemError> faults;
  for (std::size_t i = 0; i < types->size(); ++i) {
    const auto& type = (*types)[i];
    if (!is_event_type(type)) faults.push_back({i, {'"' + type + "\" is not a valid choice."}});
  }
  if (!faults.empty()) {
    errors.push_back({"event_types", {}, std::move(faults)});
    return std::nullopt;
  }
  return each_once(std::move(*types));
}

std::optional<std::string> read_secret(BodyReader& reader) {
  auto secret = reader.text("secret", {Need::optional, false});
  if (!secret) return std::nullopt;
  if (!std::ranges::all_of(*secret, [](char c) { return c > ' ' && c <= '~'; })) {
    reader.fail("secret", "Only printable ASCII characters without spaces are allowed.");
    return std::nullopt;
  }
  if (secret->size() < kSecretMin) {
    reader.fail("secret", "Ensure this field has at least " + std::to_string(kSecretMin) + " characters.");
    return std::nullopt;
  }
  return secret;
}

}  // namespace

WebhookFields WebhookFields::read(const Body& body, Write write, FieldErrors& errors) {
  BodyReader reader(body, errors);
  const auto need = write == Write::replace ? Need::required : Need::optional;
  WebhookFields fields;
  fields.url = reader.text("url", {need, false, kWebhookUrlMax});
  if (fields.url && !is_webhook_url(*fields.url)) {
    reader.fail("url", "Enter an absolute http or https URL without credentials and fragment.");
    fields.url.reset();
  }
  fields.description = reader.text("description", {Need::optional, true, kDescriptionMax});
  fields.event_types = read_event_types(reader, errors);
  fields.active = reader.boolean("active");
  fields.secret = read_secret(reader);
  if (write == Write::patch) fields.rotate_secret = reader.boolean("rotate_secret").value_or(false);
  if (fields.rotate_secret && fields.secret) {
    reader.fail("rotate_secret", "Give a secret, or have a new one made; not both.");
  }
  return fields;
}

FieldErrors WebhookFields::checked(FieldErrors errors, const DecisionContext& context) const {
  if (url && !context.private_webhooks_allowed && leads_inside(*url)) {
    errors.push_back({"url", {"This address is not public, and the server sends nothing there."}});
  }
  return in_schema_order(std::move(errors), {"url", "description", "event_types", "active", "secret", "rotate_secret"});
}

std::string new_webhook_secret(const DecisionContext& context) {
  return "whsec_" + to_base64url(as_view(sha256(context.choices.new_secret())));
}

}  // namespace annals
