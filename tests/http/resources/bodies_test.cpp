#include "http/resources/body_reading.hpp"
#include "rig.hpp"

namespace annals::test::bodies_test {

TEST_CASE("a person can be created by each of the content types", "[http]") {
  Rig rig;
  const auto create = [&](const std::string& type, const std::string& body) {
    const auto reply = rig.send("POST", "/persons/", body, {{"Content-Type", type}});
    INFO(type << ": " << reply.body());
    CHECK(reply.status() == 201);
    return reply;
  };
  const std::string json = R"({"name":"Ida","metadata":{"b": 1,"a":[ 2 ]}})";
  for (const std::string type : {"application/json", "application/scim+json", "Application/JSON; charset=UTF-8",
                                 "application/json;charset=\"utf-8\"", "text/plain", "*/*", "nonsense"}) {
    CHECK(create(type, json).at("metadata") == R"({"b":1,"a":[2]})");
  }
  CHECK(rig.send("POST", "/persons/", json).status() == 201);
  const auto form = create("application/x-www-form-urlencoded",
                           "name=Jo+%C3%84&metadata=%7B%22k%22%3A+null%7D&emails=%5B%22x%22%5D&organization=&owner=1");
  CHECK(form.text("name") == "Jo Ä");
  CHECK(form.at("metadata") == R"({"k":null})");
  CHECK(form.at("emails") == R"(["x"])");
  CHECK(form.at("organization") == "null");
  CHECK(form.at("owner") == "1");
  const auto multipart = create("multipart/form-data; boundary=\"a b\"",
                                "--a b\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\nKit\r\n--a b\r\n"
                                "Content-Disposition: form-data; name=\"job_title\"; filename=\"t.txt\"\r\n"
                                "Content-Type: text/plain\r\n\r\nSailor\r\n--a b--\r\n");
  CHECK(multipart.text("name") == "Kit");
  CHECK(multipart.text("job_title") == "Sailor");
}

TEST_CASE("a repeated form field is a list", "[http]") {
  Rig rig;
  const auto first = rig.person(R"({"name":"Lea 1"})");
  const auto second = rig.person(R"({"name":"Lea 2"})");
  const auto third = rig.person(R"({"name":"Lea 3"})");
  const auto reply = rig.send("POST", "/persons/merge/",
                              "primary_id=" + first + "&duplicate_ids=" + second + "&duplicate_ids=" + third,
                              {{"Content-Type", "application/x-www-form-urlencoded"}});
  CHECK(reply.status() == 200);
  CHECK(reply.at("merged_ids") == "[\"" + second + "\",\"" + third + "\"]");
}

TEST_CASE("other content that is no JSON is an unsupported media type, named safely", "[http]") {
  Rig rig;
  const auto detail = [&](const std::string& type, const std::string& body) {
    const auto reply = rig.send("POST", "/persons/", body, {{"Content-Type", type}});
    CHECK(reply.status() == 415);
    return reply.text("detail");
  };
  CHECK(detail("text/csv", "name\nMia") == R"(Unsupported media type "text/csv" in request.)");
  CHECK(detail("text/\"x\"\xff", "y") == R"(Unsupported media type "text/"x"?" in request.)");
  CHECK(detail("application/json; charset=latin-1", R"({"name":"N"})") ==
        R"(Unsupported media type "application/json; charset=latin-1" in request.)");
  CHECK(detail("application/x-www-form-urlencoded; charset=utf-16", "name=N").starts_with("Unsupported"));
  const auto none = rig.send("POST", "/persons/", "name=N");
  CHECK(none.status() == 415);
  CHECK(none.text("detail") == R"(Unsupported media type "" in request.)");
}

TEST_CASE("an empty body has no fields, whatever its type", "[http]") {
  Rig rig;
  for (const std::string type : {"application/json", "text/csv", "multipart/form-data", ""}) {
    INFO(type);
    const auto reply = rig.send("POST", "/persons/", "", {{"Content-Type", type}});
    CHECK(reply.status() == 400);
    CHECK(reply.body() == R"({"name":["This field is required."]})");
  }
}

TEST_CASE("JSON that cannot be read is a 400 that says why", "[http]") {
  Rig rig;
  std::string deep = "1";
  for (int i = 0; i < 64; ++i) deep = "[" + deep + "]";
  for (const auto& body :
       {std::string("{"), std::string("{\"name\":\"\xff\"}"), std::string(R"({"name":"N",})"), std::string(" "),
        std::string(R"({"a":1,"a":2})"), std::string(R"({"a":{"b":1,"b":1}})"),
        std::string(R"({"a":9223372036854775808})"), std::string(R"({"a":1e999})"), std::string(R"({"a":"\ud800"})"),
        "{\"a\":" + deep + "}", std::string("{}{}"), std::string("NaN"), std::string("\xEF\xBB\xBF{}")}) {
    INFO(body);
    const auto reply = rig.post("/persons/", body);
    CHECK(reply.status() == 400);
    CHECK(reply.text("detail").starts_with("JSON parse error - "));
  }
  CHECK(rig.post("/persons/", "{\"name\":\"N\",\"metadata\":" + deep.substr(1, deep.size() - 2) + "}").status() == 201);
}

TEST_CASE("forms that cannot be read are a 400 that says why", "[http]") {
  Rig rig;
  const auto urlencoded =
      rig.send("POST", "/persons/", "name=%ff", {{"Content-Type", "application/x-www-form-urlencoded"}});
  CHECK(urlencoded.status() == 400);
  CHECK(urlencoded.text("detail") == "Form parse error - a field is not UTF-8");
  const auto multipart = rig.send("POST", "/persons/", "name", {{"Content-Type", "multipart/form-data; boundary=b"}});
  CHECK(multipart.status() == 400);
  CHECK(multipart.text("detail") == "Multipart form parse error - the first boundary is missing");
}

TEST_CASE("JSON that is no object is named by its kind", "[http]") {
  const std::vector<std::pair<std::string, std::string>> kinds = {
      {"[1]", "list"}, {"\"x\"", "str"}, {"1", "int"}, {"1.5", "float"}, {"true", "bool"}, {"null", "NoneType"}};
  Rig rig;
  for (const auto& [json, kind] : kinds) {
    CHECK(http::read_body("application/json", json)->not_an_object == kind);
    const auto reply = rig.post("/organizations/", json);
    CHECK(reply.status() == 400);
    CHECK(reply.body() == R"({"non_field_errors":["Invalid data. Expected a dictionary, but got )" + kind + R"(."]})");
  }
}

}  // namespace annals::test::bodies_test
