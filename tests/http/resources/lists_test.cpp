#include <set>

#include "http/resources/pages.hpp"
#include "rig.hpp"

namespace annals::test::lists_test {

TEST_CASE("a list is an envelope of count, links, page numbers and results, newest first", "[http]") {
  Rig rig;
  CHECK(rig.get("/persons/").body() ==
        R"({"count":0,"next":null,"previous":null,"next_page":null,"previous_page":null,"results":[]})");
  for (int i = 1; i <= 5; ++i) rig.person(R"({"name":"N)" + std::to_string(i) + R"("})");
  const auto first = rig.get("/api/crm/persons?page_size=2");
  CHECK(first.at("count") == "5");
  CHECK(first.text("results.0.name") == "N5");
  CHECK(first.text("results.1.name") == "N4");
  CHECK(first.at("results.2").empty());
  CHECK(first.at("next_page") == "2");
  CHECK(first.at("previous_page") == "null");
  CHECK(first.at("previous") == "null");
  CHECK(first.text("next") == "https://crm.example/api/crm/persons?page_size=2&page=2&before=5");
  const auto third = rig.get("/persons/?page=3&page_size=2&before=5");
  CHECK(third.text("results.0.name") == "N1");
  CHECK(third.at("next") == "null");
  CHECK(third.at("next_page") == "null");
  CHECK(third.at("previous_page") == "2");
  CHECK(third.text("previous") == "https://crm.example/persons/?page_size=2&page=2&before=5");
}

/// What stands behind the host in a URL of the answer.
std::string target_of(const std::string& url) {
  return url.substr(url.find("crm.example") + 11);
}

TEST_CASE("a walk along next shows every record once, though others write", "[http]") {
  Rig rig;
  std::multiset<std::string> expected;
  for (int i = 1; i <= 7; ++i) expected.insert(rig.person(R"({"name":"Walker"})"));
  std::multiset<std::string> seen;
  std::string target = "/persons/?page_size=3&search=walk";
  while (true) {
    const auto page = rig.get(target);
    REQUIRE(page.status() == 200);
    for (int i = 0; !page.at("results." + std::to_string(i)).empty(); ++i) {
      seen.insert(page.text("results." + std::to_string(i) + ".id"));
    }
    rig.person(R"({"name":"Walker, too late"})");
    if (page.at("next") == "null") break;
    target = target_of(page.text("next"));
  }
  CHECK(seen == expected);
}

TEST_CASE("links keep the other parameters, properly encoded", "[http]") {
  Rig rig;
  for (int i = 0; i < 2; ++i) rig.person(R"({"name":"Ü & \"x\""})");
  const auto page = rig.get("/persons/?search=%C3%BC%20%26&page=1&x=%ff+&page_size=1&y&&page=1&search=%C3%9C+%26");
  CHECK(page.text("next") ==
        "https://crm.example/persons/?search=%C3%BC%20%26&x=%FF%20&page_size=1&y=&search=%C3%9C%20%26&page=2&before=2");
  CHECK(rig.get(target_of(page.text("next"))).at("count") == "2");
  rig.scheme = "http";
  rig.host = "[::1]:8080";
  CHECK(rig.get("/persons?page_size=1").text("next") == "http://[::1]:8080/persons?page_size=1&page=2&before=2");
}

TEST_CASE("a page that is no positive number, or past the end, is an invalid page", "[http]") {
  Rig rig;
  for (int i = 0; i < 3; ++i) rig.organization("O" + std::to_string(i));
  for (const std::string page :
       {"0", "-1", "x", "1.5", "1e0", "+1", "last", "4", "99999999999999999999", "%201", "%ff"}) {
    INFO(page);
    const auto reply = rig.get("/organizations/?page_size=1&page=" + page);
    CHECK(reply.status() == 404);
    CHECK(reply.body() == R"({"detail":"Invalid page."})");
  }
  CHECK(rig.get("/organizations/?page_size=1&page=3").status() == 200);
  CHECK(rig.get("/organizations/?page=").status() == 200);
  CHECK(rig.get("/organizations/?name=nobody&page=1").at("count") == "0");
  CHECK(rig.get("/organizations/?name=nobody&page=2").status() == 404);
}

TEST_CASE("a page has 50 records unless asked otherwise, and never more than 100", "[http]") {
  http::ApiOptions options;
  const auto size = [](std::string_view query, std::uint64_t standard) {
    return http::page_request(http::QueryString(query), standard)->page_size;
  };
  CHECK(options.page_size == 50);
  CHECK(size("", 50) == 50);
  CHECK(size("page_size=7", 50) == 7);
  CHECK(size("page_size=100", 50) == 100);
  CHECK(size("page_size=101", 50) == 100);
  CHECK(size("page_size=99999999999999999999", 50) == 100);
  for (const auto* odd : {"page_size=0", "page_size=-5", "page_size=x", "page_size=", "page_size=2.5"}) {
    CHECK(size(odd, 20) == 20);
  }
  CHECK(size("", 500) == 100);
}

TEST_CASE("a before that is no number is refused, one beyond all ordinals hides nothing", "[http]") {
  Rig rig;
  rig.person(R"({"name":"Nia"})");
  CHECK(rig.get("/persons/?before=x").body() == R"({"before":["Enter a number."]})");
  CHECK(rig.get("/persons/?before=99999999999").at("count") == "1");
  CHECK(rig.get("/persons/?before=0").at("count") == "0");
}

TEST_CASE("every filter of persons finds its own", "[http]") {
  Rig rig;
  const auto olga = rig.backend.add_member(MemoryBackend::kMain, "olga", {}).value;
  const auto acme = rig.organization("Acme");
  rig.person(R"({"name":"Straße","lifecycle_stage":"customer","owner":)" + std::to_string(olga) +
             R"(,"organization":")" + acme + R"(","metadata":{"vip":null}})");
  rig.person(R"({"name":"Quinn","primary_email":"quinn@q.example","job_title":"Pilot","unique_id":"Q-17"})");
  const auto names = [&](const std::string& query) {
    const auto page = rig.get("/persons/?" + query);
    INFO(query << ": " << page.body());
    REQUIRE(page.status() == 200);
    std::string all;
    for (int i = 0; !page.at("results." + std::to_string(i)).empty(); ++i) {
      all += page.text("results." + std::to_string(i) + ".name") + " ";
    }
    return all;
  };
  const std::string owner = std::to_string(olga);
  CHECK(names("lifecycle_stage=customer") == "Straße ");
  CHECK(names("lifecycle_stage=lead") == "Quinn ");
  CHECK(names("owner=" + owner) == "Straße ");
  CHECK(names("owner=" + owner + ".0") == "Straße ");
  CHECK(names("owner=+" + owner) == "Straße ");
  CHECK(names("owner=" + owner + "e0") == "Straße ");
  for (const std::string nobody :
       {"0", "-1", "1.5", "1e30", "-0.0", "18446744073709551615", "99999999999999999999999"}) {
    INFO(nobody);
    CHECK(names("owner=" + nobody).empty());
  }
  CHECK(names("owner__isnull=true") == "Quinn ");
  CHECK(names("owner__isnull=0") == "Straße ");
  CHECK(names("organization=" + acme) == "Straße ");
  CHECK(names("organization=c0ffee00-0000-4000-8000-000000000002").empty());
  CHECK(names("metadata__has_key=vip") == "Straße ");
  CHECK(names("metadata__has_key=%20vip").empty());
  CHECK(names("active=1") == "Quinn Straße ");
  CHECK(names("active=False").empty());
  CHECK(names("search=STRASSE") == "Straße ");
  CHECK(names("search=%20pilo%20") == "Quinn ");
  CHECK(names("search=Q.EXAMPLE") == "Quinn ");
  CHECK(names("search=q-17") == "Quinn ");
  CHECK(names("created_at__lte=2020-01-01").empty());
  CHECK(names("created_at__gte=2020-01-01") == "Quinn Straße ");
  CHECK(names("ordering=name") == "Quinn Straße ");
  CHECK(names("ordering=-name") == "Straße Quinn ");
  CHECK(names("ordering=created_at") == "Straße Quinn ");
  CHECK(names("ordering=lifecycle_stage&search=q-17&lifecycle_stage=lead&owner__isnull=1") == "Quinn ");
  CHECK(names("lifecycle_stage=lead&owner=" + owner).empty());
  CHECK(names("lifecycle_stage=customer&lifecycle_stage=lead") == "Quinn ");
  CHECK(names("owner=&search=&nonsense=1&lifecycle_stage=customer&lifecycle_stage=") == "Quinn Straße ");
}

TEST_CASE("a date means its first instant for gte and its last for lte", "[http]") {
  Rig rig;
  const auto created = rig.get("/persons/" + rig.person(R"({"name":"Rosa"})") + "/").text("created_at");
  const auto day = created.substr(0, 10);
  const auto count = [&](const std::string& query) { return rig.get("/persons/?" + query).at("count"); };
  CHECK(count("created_at__gte=" + day + "&created_at__lte=" + day) == "1");
  CHECK(count("created_at__gte=" + created + "&created_at__lte=" + created) == "1");
  CHECK(count("created_at__lte=" + day + "T00:00:00Z") == "0");
  CHECK(count("created_at__gte=" + created.substr(0, 26) + "%2B00:00") == "1");
}

TEST_CASE("a filter value that cannot be read is a field error, all of them at once", "[http]") {
  Rig rig;
  CHECK(rig.get("/persons/?owner=x&created_at__gte=yesterday&created_at__lte=2026-13-01&lifecycle_stage=boss&"
                "organization=7&active=maybe&owner__isnull=2&ordering=age&search=%ff&metadata__has_key=%00")
            .body() ==
        R"({"created_at__gte":["Enter a valid date/time."],"created_at__lte":["Enter a valid date/time."],)"
        R"("lifecycle_stage":["Select a valid choice. boss is not one of the available choices."],)"
        R"("metadata__has_key":["Null characters are not allowed."],"organization":["Enter a valid UUID."],)"
        R"("owner":["Enter a number."],"owner__isnull":["Must be a valid boolean."],)"
        R"("active":["Must be a valid boolean."],"search":["Not a valid string."],)"
        R"("ordering":["Select a valid choice. age is not one of the available choices."]})");
  for (const std::string query :
       {"owner=nan", "owner=inf", "owner=1_0", "owner=0x1", "owner=1e", "owner=.", "owner=--1", "owner=%ff",
        "lifecycle_stage=Lead", "lifecycle_stage=%ff", "ordering=name,created_at", "ordering=-", "ordering=--name",
        "active=TrUe", "organization=%ff"}) {
    INFO(query);
    CHECK(rig.get("/persons/?" + query).status() == 400);
  }
  CHECK(rig.get("/persons/?owner=x&page=0").status() == 400);
}

TEST_CASE("organizations have their filters and orders", "[http]") {
  Rig rig;
  rig.organization("Bär GmbH");
  rig.organization("acme");
  rig.organization("Zoo");
  const auto first = [&](const std::string& query) {
    return rig.get("/organizations/?" + query).text("results.0.name");
  };
  CHECK(first("name=B%C3%84R") == "Bär GmbH");
  CHECK(first("search=ACM") == "acme");
  CHECK(first("ordering=name") == "Bär GmbH");
  CHECK(first("ordering=-name") == "acme");
  CHECK(first("ordering=updated_at") == "Bär GmbH");
  CHECK(first("") == "Zoo");
  CHECK(rig.get("/organizations/?owner__isnull=true").at("count") == "3");
  CHECK(rig.get("/organizations/?owner=1").at("count") == "0");
  CHECK(rig.get("/organizations/?ordering=lifecycle_stage").status() == 400);
  CHECK(rig.get("/organizations/?active=nonsense").status() == 200);
}

}  // namespace annals::test::lists_test
