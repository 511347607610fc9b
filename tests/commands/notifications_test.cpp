#include "scenario.hpp"

namespace annals::test::notifications_test {
namespace {

ChangeNotifications wish(std::string_view body) {
  return ChangeNotifications::from(json(body));
}

using enum NotificationKind;

TEST_CASE("notifications are off until they are switched on, each by itself", "[commands]") {
  CHECK(given(acme()).state().notifications().on.empty());
  given(acme())
      .when(wish(R"({"person_created":true,"deal_stage_changed":"on","person_linked":false})"))
      .then({NotificationsChanged{{person_created, deal_stage_changed}, {}}})
      .shows(NotificationsShown{})
      .when(wish(R"({"person_created":false,"person_linked":true})"))
      .then({NotificationsChanged{{person_linked}, {person_created}}});
}

TEST_CASE("what is switched as it was writes nothing", "[commands]") {
  const auto on = acme() + std::vector<Event>{NotificationsChanged{{person_linked}, {}}};
  given(on).when(wish(R"({"person_linked":true,"person_created":false})")).then_nothing().shows(NotificationsShown{});
  given(on).when(wish("{}")).then_nothing();
}

TEST_CASE("switches are booleans, and the version of the platform's stream is kept", "[commands]") {
  given(acme())
      .when(wish(R"({"person_created":"maybe","person_linked":null,"platform_key":7.5})"))
      .then_fields(
          R"({"person_created":["Must be a valid boolean."],"person_linked":["This field may not be null."]})");
  given(acme())
      .if_match({StreamVersion{2}})
      .when(wish(R"({"person_created":"maybe"})"))
      .then_problem(ProblemCode::version_conflict);
  given(acme())
      .if_match({StreamVersion{1}})
      .when(wish(R"({"person_created":true})"))
      .then({NotificationsChanged{{person_created}, {}}})
      .if_match({StreamVersion{1}})
      .when(wish(R"({"person_created":false})"))
      .then_problem(ProblemCode::version_conflict);
}

}  // namespace
}  // namespace annals::test::notifications_test
