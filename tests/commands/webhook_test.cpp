#include "commands/webhook/webhook_url.hpp"
#include "core/base64.hpp"
#include "core/crypto.hpp"
#include "scenario.hpp"

namespace annals::test::webhook_test {
namespace {

CreateWebhook creation(std::string_view body) {
  return CreateWebhook::from(json(body));
}
UpdateWebhook patch(unsigned id, std::string_view body) {
  return UpdateWebhook::from(WebhookId{id}, json(body));
}

WebhookCreated hook(unsigned id, std::string url = "https://hooks.example/in") {
  return {WebhookId{id},
          true,
          {kAcmeSlot, WebhookDetails{std::move(url), "Billing", {"PersonCreated"}, {"whsec_that was given"}}}};
}
std::vector<Event> with_hook() {
  return acme() + std::vector<Event>{hook(1)};
}
WebhookUpdated updated(WebhookDetailsChange change) {
  return {WebhookId{1}, {}, Sealed<WebhookDetailsChange>{kAcmeSlot, std::move(change)}};
}
std::string made_secret(unsigned n) {
  return "whsec_" + to_base64url(as_view(sha256("secret-" + std::to_string(n))));
}

TEST_CASE("a webhook is created for all events and active, with a new secret that is shown", "[commands]") {
  given(acme())
      .when(creation(R"({"url":" https://hooks.example:8443/in?from=annals "})"))
      .then({WebhookCreated{
          WebhookId{1},
          true,
          {kAcmeSlot, WebhookDetails{"https://hooks.example:8443/in?from=annals", "", {}, {made_secret(1)}}}}})
      .shows(WebhookShown{WebhookId{1}, true, made_secret(1)});
  CHECK(made_secret(1).size() == 6 + 43);
}

TEST_CASE("a webhook may bring its secret, and want some events, each once", "[commands]") {
  given(with_hook())
      .when(creation(R"({"url":"http://hooks.example/two","description":"Two","active":false,
                         "event_types":["PersonMerged","PersonCreated","PersonMerged"],"secret":"0123456789abcdef"})"))
      .then({WebhookCreated{
          WebhookId{2},
          false,
          {kAcmeSlot,
           WebhookDetails{
               "http://hooks.example/two", "Two", {"PersonMerged", "PersonCreated"}, {"0123456789abcdef"}}}}})
      .shows(WebhookShown{WebhookId{2}, true, "0123456789abcdef"});
}

TEST_CASE("a webhook's URL must be absolute, http or https, without credentials and fragment", "[commands]") {
  for (const auto* url : {"https://hooks.example", "http://hooks.example/", "HTTPS://Hooks.Example/x?y=z",
                          "https://1.1.1.1:65535/", "https://[2606:4700::1111]/in", "https://hooks.example:/"}) {
    INFO(url);
    CHECK(is_webhook_url(url));
  }
  for (const auto* url :
       {"", "hooks.example", "/in", "//hooks.example/in", "ftp://hooks.example/", "https:///in", "https://",
        "https://u:p@hooks.example/", "https://u@hooks.example/", "https://hooks.example/#x",
        "https://hooks.example:0/", "https://hooks.example:65536/", "https://hooks.example/a b",
        "https://h\u00f6oks.example/", "https://hooks.example/\\x", "javascript:alert(1)", "https://[::1/in"}) {
    INFO(url);
    CHECK_FALSE(is_webhook_url(url));
  }
}

TEST_CASE("a webhook must not lead to an address that is not public", "[commands]") {
  const auto* refusal = R"({"url":["This address is not public, and the server sends nothing there."]})";
  for (const std::string host :
       {"127.0.0.1", "localhost", "LOCALHOST", "hooks.localhost.", "10.1.2.3", "192.168.0.9", "169.254.169.254",
        "127.1", "2130706433", "0x7f.1", "0.0.0.0", "127.0.0.1.", "[::1]", "[::ffff:10.0.0.1]", "[fd00::1]",
        "[fe80::1]", "[ff02::1]", "[::]", "%31%32%37.0.0.1"}) {
    INFO(host);
    const auto body = R"({"url":"http://)" + host + R"(:9000/in"})";
    given(acme()).when(creation(body)).then_fields(refusal);
    given(with_hook()).when(patch(1, body)).then_fields(refusal);
    Scenario allowed = given(acme());
    allowed.allowing_private_webhooks().when(creation(body));
    CHECK(allowed.decided()->has_value());
  }
  CHECK_FALSE(leads_inside("https://localhost.example/"));
  CHECK_FALSE(leads_inside("https://notlocalhost/"));
}

TEST_CASE("a platform has a limited number of webhooks", "[commands]") {
  auto events = acme();
  for (unsigned id = 1; id <= kWebhooksMax; ++id) events.emplace_back(hook(id));
  given(events).when(creation(R"({"url":"https://hooks.example/more"})")).then_problem(ProblemCode::bad_request);
  given(events)
      .when(DeleteWebhook{WebhookId{17}})
      .then({WebhookDeleted{WebhookId{17}}})
      .when(creation(R"({"url":"https://hooks.example/more"})"))
      .shows(WebhookShown{WebhookId{51}, true, made_secret(1)});
}

TEST_CASE("a patch writes what changed and nothing else", "[commands]") {
  given(with_hook())
      .when(patch(1, R"({"url":"https://hooks.example/in","description":"Sales","event_types":[]})"))
      .then({updated({{}, "Sales", std::vector<std::string>{}, {}})})
      .shows(WebhookShown{WebhookId{1}});
  given(with_hook())
      .when(patch(1, R"({"active":false})"))
      .then({WebhookUpdated{WebhookId{1}, false, {}}})
      .when(patch(1, R"({"active":false})"))
      .then_nothing()
      .shows(WebhookShown{WebhookId{1}});
  given(with_hook()).when(patch(1, R"({})")).then_nothing().shows(WebhookShown{WebhookId{1}});
}

TEST_CASE("a secret is changed to a given one or to a new one, and then shown", "[commands]") {
  given(with_hook())
      .when(patch(1, R"({"secret":"fedcba9876543210"})"))
      .then({updated({{}, {}, {}, SecretText{"fedcba9876543210"}})})
      .shows(WebhookShown{WebhookId{1}, false, "fedcba9876543210"});
  given(with_hook())
      .when(patch(1, R"({"rotate_secret":true})"))
      .then({updated({{}, {}, {}, SecretText{made_secret(1)}})})
      .shows(WebhookShown{WebhookId{1}, false, made_secret(1)});
  given(with_hook()).when(patch(1, R"({"rotate_secret":false})")).then_nothing().shows(WebhookShown{WebhookId{1}});
  given(with_hook())
      .when(patch(1, R"({"rotate_secret":true,"secret":"fedcba9876543210"})"))
      .then_fields(R"({"rotate_secret":["Give a secret, or have a new one made; not both."]})");
}

TEST_CASE("a webhook that is not there is not found, and an old version refused", "[commands]") {
  given(with_hook()).when(patch(2, R"({"url":"nowhere"})")).then_problem(ProblemCode::not_found);
  given(with_hook()).when(DeleteWebhook{WebhookId{2}}).then_problem(ProblemCode::not_found);
  given(with_hook())
      .if_match({StreamVersion{7}})
      .when(patch(1, R"({"url":"nowhere"})"))
      .then_problem(ProblemCode::version_conflict);
  given(with_hook())
      .if_match({StreamVersion{7}})
      .when(DeleteWebhook{WebhookId{1}})
      .then_problem(ProblemCode::version_conflict);
  given(with_hook())
      .when(DeleteWebhook{WebhookId{1}})
      .then({WebhookDeleted{WebhookId{1}}})
      .when(DeleteWebhook{WebhookId{1}})
      .then_problem(ProblemCode::not_found);
  given(acme()).given_elsewhere({hook(3)}).when(DeleteWebhook{WebhookId{3}}).then_problem(ProblemCode::not_found);
}

}  // namespace
}  // namespace annals::test::webhook_test
