#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "bodies.hpp"
#include "commands/command.hpp"

namespace annals::test::field_messages_test {
namespace {

struct Row {
  const char* body;
  const char* errors;
};

template <class From>
void check_rows(From from, const std::vector<Row>& rows) {
  for (const auto& [body, errors] : rows) {
    INFO(body);
    CHECK(shown(from(json(body)).errors) == errors);
  }
}

std::string letters(std::size_t count) {
  return std::string(count, 'x');
}

TEST_CASE("each faulty field of a person has its message", "[commands]") {
  check_rows(
      [](const Body& body) { return CreatePerson::from(body); },
      {
          {R"({})", R"({"name":["This field is required."]})"},
          {R"({"name":null})", R"({"name":["This field may not be null."]})"},
          {R"({"name":""})", R"({"name":["This field may not be blank."]})"},
          {R"({"name":" \u2003\t"})", R"({"name":["This field may not be blank."]})"},
          {R"({"name":true})", R"({"name":["Not a valid string."]})"},
          {R"({"name":["A"]})", R"({"name":["Not a valid string."]})"},
          {R"({"name":{"a":1}})", R"({"name":["Not a valid string."]})"},
          {R"({"name":"a\u0000b"})", R"({"name":["Null characters are not allowed."]})"},
          {R"({"name":42})", R"({})"},
          {R"({"name":4.25})", R"({})"},
          {R"({"name":"A","primary_email":"nobody"})", R"({"primary_email":["Enter a valid email address."]})"},
          {R"({"name":"A","primary_email":7})", R"({"primary_email":["Enter a valid email address."]})"},
          {R"({"name":"A","primary_email":[]})", R"({"primary_email":["Not a valid string."]})"},
          {R"({"name":"A","primary_email":null})", R"({})"},
          {R"({"name":"A","primary_email":""})", R"({})"},
          {R"({"name":"A","primary_email":"a\u0000@b.co"})",
           R"({"primary_email":["Null characters are not allowed.","Enter a valid email address."]})"},
          {R"({"name":"A","job_title":null})", R"({"job_title":["This field may not be null."]})"},
          {R"({"name":"A","job_title":""})", R"({})"},
          {R"({"name":"A","organization":"x"})", R"({"organization":["Must be a valid UUID."]})"},
          {R"({"name":"A","organization":5})", R"({"organization":["Must be a valid UUID."]})"},
          {R"({"name":"A","organization":""})", R"({})"},
          {R"({"name":"A","organization":null})", R"({})"},
          {R"({"name":"A","owner":"x"})", R"({"owner":["A valid integer is required."]})"},
          {R"({"name":"A","owner":true})", R"({"owner":["A valid integer is required."]})"},
          {R"({"name":"A","owner":1.5})", R"({"owner":["A valid integer is required."]})"},
          {R"({"name":"A","owner":[1]})", R"({"owner":["A valid integer is required."]})"},
          {R"({"name":"A","owner":""})", R"({})"},
          {R"({"name":"A","owner":null})", R"({})"},
          {R"({"name":"A","lifecycle_stage":"won"})", R"({"lifecycle_stage":["\"won\" is not a valid choice."]})"},
          {R"({"name":"A","lifecycle_stage":""})", R"({"lifecycle_stage":["\"\" is not a valid choice."]})"},
          {R"({"name":"A","lifecycle_stage":"Lead"})", R"({"lifecycle_stage":["\"Lead\" is not a valid choice."]})"},
          {R"({"name":"A","lifecycle_stage":3})", R"({"lifecycle_stage":["\"3\" is not a valid choice."]})"},
          {R"({"name":"A","lifecycle_stage":true})", R"({"lifecycle_stage":["\"True\" is not a valid choice."]})"},
          {R"({"name":"A","lifecycle_stage":null})", R"({"lifecycle_stage":["This field may not be null."]})"},
          {R"({"name":"A","unique_id":null})", R"({"unique_id":["This field may not be null."]})"},
          {R"({"name":"A","emails":null,"contact_numbers":3,"metadata":[1]})", R"({})"},
          {R"([])", R"({"non_field_errors":["Invalid data. Expected a dictionary, but got list."]})"},
      });
}

TEST_CASE("lengths count code points behind the trimming", "[commands]") {
  const auto person = [](const std::string& field, const std::string& value) {
    return shown(CreatePerson::from(json(R"({"name":"A",")" + field + "\":" + quote_json(value) + "}")).errors);
  };
  std::string umlauts;
  for (int i = 0; i < 255; ++i) umlauts += "\u00fc";
  CHECK(person("job_title", "  " + umlauts + "  ") == "{}");
  CHECK(person("job_title", umlauts + "u") ==
        R"({"job_title":["Ensure this field has no more than 255 characters."]})");
  CHECK(person("unique_id", letters(128)) == "{}");
  CHECK(person("unique_id", letters(129)) == R"({"unique_id":["Ensure this field has no more than 128 characters."]})");
  CHECK(person("primary_email", letters(242) + "@example.com") == "{}");
  CHECK(person("primary_email", letters(243) + "@example.com") ==
        R"({"primary_email":["Ensure this field has no more than 254 characters."]})");
  CHECK(person("primary_email", letters(255)) ==
        R"({"primary_email":["Ensure this field has no more than 254 characters.","Enter a valid email address."]})");
}

TEST_CASE("all faulty fields are named at once, in the schema's order", "[commands]") {
  const auto body = json(R"({"unique_id":[],"owner":"o","name":"","lifecycle_stage":"l","job_title":false,
                             "organization":"g","primary_email":"p"})");
  CHECK(shown(CreatePerson::from(body).errors) ==
        R"({"name":["This field may not be blank."],"primary_email":["Enter a valid email address."],)"
        R"("job_title":["Not a valid string."],"organization":["Must be a valid UUID."],)"
        R"("owner":["A valid integer is required."],"lifecycle_stage":["\"l\" is not a valid choice."],)"
        R"("unique_id":["Not a valid string."]})");
}

TEST_CASE("a form's fields are texts", "[commands]") {
  const auto errors = [](std::initializer_list<std::pair<std::string, FormValues>> fields) {
    return shown(CreatePerson::from(form(fields)).errors);
  };
  CHECK(errors({{"name", {"first", "last"}}, {"owner", {"12"}}, {"emails", {R"(["a@b.co"])"}}}) == "{}");
  CHECK(errors({{"name", {""}}}) == R"({"name":["This field may not be blank."]})");
  CHECK(errors({{"name", {}}}) == R"({"name":["This field is required."]})");
  CHECK(errors({{"name", {"A"}}, {"emails", {"[1,"}}}) == R"({"emails":["Value must be valid JSON."]})");
  CHECK(errors({{"name", {"A"}}, {"metadata", {""}}}) == R"({"metadata":["Value must be valid JSON."]})");
  CHECK(errors({{"name", {"A"}}, {"lifecycle_stage", {""}}, {"organization", {""}}, {"owner", {""}}}) == "{}");
  CHECK(errors({{"name", {"A"}}, {"owner", {"one"}}}) == R"({"owner":["A valid integer is required."]})");

  const auto person =
      CreatePerson::from(form({{"name", {"first", " last "}}, {"owner", {"12"}}, {"metadata", {"{ \"a\" : 1.50 }"}}}));
  CHECK(person.fields.name == "last");
  CHECK(person.fields.owner == std::optional<std::int64_t>(12));
  CHECK(person.fields.metadata == JsonText{R"({"a":1.50})"});
}

TEST_CASE("numbers are taken as texts, and texts of digits as numbers", "[commands]") {
  const auto person = CreatePerson::from(json(R"({"name":42,"job_title":4.50,"owner":" 7.0 "})"));
  CHECK(person.fields.name == "42");
  CHECK(person.fields.job_title == "4.50");
  CHECK(person.fields.owner == std::optional<std::int64_t>(7));
  CHECK(CreatePerson::from(json(R"({"name":"A","owner":7e0})")).fields.owner == std::optional<std::int64_t>(7));
}

TEST_CASE("free-form values keep their source text", "[commands]") {
  const auto person =
      CreatePerson::from(json(R"({"name":"A","metadata":{ "b": 1.0e2, "a": "\u00e9\/" },"emails":null})"));
  CHECK(person.fields.metadata == JsonText{R"({"b":1.0e2,"a":"\u00e9\/"})"});
  CHECK(person.fields.emails == JsonText{"null"});
  CHECK(person.fields.contact_numbers == JsonText{"[]"});
}

TEST_CASE("replacing resets what is absent, patching leaves it", "[commands]") {
  const PersonId id;
  const auto replaced = UpdatePerson::from(id, json(R"({"name":"A"})"), Write::replace).fields;
  CHECK(replaced.primary_email == std::optional<std::optional<std::string>>(std::in_place));
  CHECK(replaced.emails == JsonText{"[]"});
  CHECK(replaced.contact_numbers == JsonText{"[]"});
  CHECK(replaced.job_title == "");
  CHECK(replaced.organization == std::optional<std::optional<OrganizationId>>(std::in_place));
  CHECK(replaced.owner == std::optional<std::optional<std::int64_t>>(std::in_place));
  CHECK(replaced.lifecycle_stage == LifecycleStage::lead);
  CHECK(replaced.unique_id == "");
  CHECK(replaced.metadata == JsonText{"{}"});
  CHECK(shown(UpdatePerson::from(id, json("{}"), Write::replace).errors) == R"({"name":["This field is required."]})");

  const auto patch = UpdatePerson::from(id, json(R"({"id":"x","active":"y","shoe_size":44})"), Write::patch);
  CHECK(patch.errors.empty());
  CHECK_FALSE(patch.fields.name);
  CHECK_FALSE(patch.fields.primary_email);
  CHECK_FALSE(patch.fields.emails);
  CHECK_FALSE(patch.fields.contact_numbers);
  CHECK_FALSE(patch.fields.job_title);
  CHECK_FALSE(patch.fields.organization);
  CHECK_FALSE(patch.fields.owner);
  CHECK_FALSE(patch.fields.lifecycle_stage);
  CHECK_FALSE(patch.fields.unique_id);
  CHECK_FALSE(patch.fields.metadata);
  CHECK(shown(UpdatePerson::from(id, json(R"({"name":""})"), Write::patch).errors) ==
        R"({"name":["This field may not be blank."]})");

  const auto organization = UpdateOrganization::from({}, json(R"({"name":"B"})"), Write::replace).fields;
  CHECK(organization.address == JsonText{"{}"});
  CHECK(organization.metadata == JsonText{"{}"});
  CHECK(organization.owner == std::optional<std::optional<std::int64_t>>(std::in_place));
  CHECK_FALSE(UpdateOrganization::from({}, json("{}"), Write::patch).fields.address);
}

TEST_CASE("each faulty field of an organization has its message", "[commands]") {
  check_rows(
      [](const Body& body) { return CreateOrganization::from(body); },
      {
          {R"({"owner":"x"})", R"({"name":["This field is required."],"owner":["A valid integer is required."]})"},
          {R"({"name":"B","address":null,"metadata":"m"})", R"({})"},
          {R"([1])", R"({"non_field_errors":["Invalid data. Expected a dictionary, but got list."]})"},
      });
}

TEST_CASE("each faulty field of an invitation has its message", "[commands]") {
  check_rows([](const Body& body) { return InvitePerson::from({}, body); },
             {
                 {R"({})", R"({})"},
                 {R"({"is_admin":"yes","is_staff":0,"enrollment_config":{},"redirect_to":""})", R"({})"},
                 {R"({"is_admin":1.0,"is_staff":0.0})", R"({})"},
                 {R"({"is_admin":null,"is_staff":2})",
                  R"({"is_admin":["This field may not be null."],"is_staff":["Must be a valid boolean."]})"},
                 {R"({"is_admin":"maybe","is_staff":[]})",
                  R"({"is_admin":["Must be a valid boolean."],"is_staff":["Must be a valid boolean."]})"},
                 {R"({"enrollment_config":[]})",
                  R"({"enrollment_config":["Expected a dictionary of items but got type \"list\"."]})"},
                 {R"({"enrollment_config":"x"})",
                  R"({"enrollment_config":["Expected a dictionary of items but got type \"str\"."]})"},
                 {R"({"enrollment_config":1.5})",
                  R"({"enrollment_config":["Expected a dictionary of items but got type \"float\"."]})"},
                 {R"({"enrollment_config":null})", R"({"enrollment_config":["This field may not be null."]})"},
                 {R"({"redirect_to":null})", R"({"redirect_to":["This field may not be null."]})"},
                 {R"({"redirect_to":"javascript:1"})", R"({"redirect_to":["Enter a valid URL."]})"},
                 {R"({"redirect_to":"https://me@a.example"})", R"({"redirect_to":["Enter a valid URL."]})"},
                 {R"({"redirect_to":"/welcome"})", R"({"redirect_to":["Enter a valid URL."]})"},
             });
  const auto long_path = json(R"({"redirect_to":"https://a.example/)" + letters(255) + "\"}");
  CHECK(shown(InvitePerson::from({}, long_path).errors) ==
        R"({"redirect_to":["Ensure this field has no more than 255 characters."]})");

  const auto sent = InvitePerson::from({}, form({{"is_admin", {"on"}}, {"enrollment_config", {"{\"a\": 1}"}}}));
  CHECK(sent.errors.empty());
  CHECK(sent.terms.is_admin);
  CHECK_FALSE(sent.terms.is_staff);
  CHECK(sent.terms.enrollment_config == JsonText{R"({"a":1})"});
  CHECK(shown(InvitePerson::from({}, form({{"enrollment_config", {"{"}}})).errors) ==
        R"({"enrollment_config":["Value must be valid JSON."]})");

  check_rows(
      [](const Body& body) { return InviteEmail::from(body); },
      {
          {R"({"platform_key":[]})", R"({"email":["This field is required."],"platform_key":["Not a valid string."]})"},
          {R"({"email":null})", R"({"email":["This field may not be null."]})"},
          {R"({"email":""})", R"({"email":["This field may not be blank."]})"},
          {R"({"email":"x","is_staff":"x"})",
           R"({"email":["Enter a valid email address."],"is_staff":["Must be a valid boolean."]})"},
      });
}

TEST_CASE("each faulty field of a merge has its message", "[commands]") {
  const std::string a = "a0000000-0000-4000-8000-00000000000a";
  check_rows(
      [](const Body& body) { return MergePersons::from(body); },
      {
          {R"({})", R"({"primary_id":["This field is required."],"duplicate_ids":["This field is required."]})"},
          {R"({"primary_id":"x","duplicate_ids":"y"})",
           R"({"primary_id":["Must be a valid UUID."],"duplicate_ids":["Expected a list of items but got type \"str\"."]})"},
          {R"({"primary_id":null,"duplicate_ids":null})",
           R"({"primary_id":["This field may not be null."],"duplicate_ids":["This field may not be null."]})"},
          {R"({"primary_id":"a0000000-0000-4000-8000-00000000000a","duplicate_ids":{}})",
           R"({"duplicate_ids":["Expected a list of items but got type \"dict\"."]})"},
          {R"({"primary_id":"a0000000-0000-4000-8000-00000000000a","duplicate_ids":[]})",
           R"({"duplicate_ids":["This list may not be empty."]})"},
          {R"({"primary_id":"a0000000-0000-4000-8000-00000000000a","duplicate_ids":["b0000000000040008000000000000001",7,null,"z"]})",
           R"({"duplicate_ids":{"1":["Must be a valid UUID."],"2":["This field may not be null."],"3":["Must be a valid UUID."]}})"},
          {R"({"primary_id":"a0000000-0000-4000-8000-00000000000a","duplicate_ids":["A0000000-0000-4000-8000-00000000000A"]})",
           R"({"duplicate_ids":["The primary person cannot be one of its duplicates."]})"},
      });
  const auto sent = MergePersons::from(
      form({{"primary_id", {a}},
            {"duplicate_ids", {"a0000000-0000-4000-8000-00000000000b", "a0000000-0000-4000-8000-00000000000c"}}}));
  CHECK(sent.errors.empty());
  CHECK(sent.duplicates.size() == 2);
}

TEST_CASE("a merge takes a thousand different duplicates", "[commands]") {
  const auto body = [](int count) {
    std::string ids;
    for (int i = 0; i < count; ++i) {
      const auto number = std::to_string(100'000 + i);
      const auto id = quote_json("c0000000-0000-4000-8000-000000" + number);
      ids += (ids.empty() ? "" : ",") + id + "," + id;
    }
    return json(R"({"primary_id":"a0000000-0000-4000-8000-00000000000a","duplicate_ids":[)" + ids + "]}");
  };
  CHECK(MergePersons::from(body(1000)).errors.empty());
  CHECK(MergePersons::from(body(1000)).duplicates.size() == 1000);
  CHECK(shown(MergePersons::from(body(1001)).errors) ==
        R"({"duplicate_ids":["Ensure this field has no more than 1000 elements."]})");
}

TEST_CASE("each faulty field of the platform's side has its message", "[commands]") {
  check_rows([](const Body& body) { return LinkPerson::from({}, body); },
             {{R"({})", R"({"user_id":["This field is required."]})"},
              {R"({"user_id":null})", R"({"user_id":["This field may not be null."]})"},
              {R"({"user_id":"seven"})", R"({"user_id":["A valid integer is required."]})"}});
  check_rows(
      [](const Body& body) { return CreatePlatform::from(body); },
      {{R"({})", R"({"key":["This field is required."],"name":["This field is required."]})"},
       {R"({"key":"a b","name":""})",
        R"({"key":["Enter a valid \"slug\" consisting of letters, numbers, underscores or hyphens."],"name":["This field may not be blank."]})"},
       {R"({"key":"","name":"N"})", R"({"key":["This field may not be blank."]})"}});
  CHECK(shown(CreatePlatform::from(json(R"({"name":"N","key":")" + letters(65) + "\"}")).errors) ==
        R"({"key":["Ensure this field has no more than 64 characters."]})");
  check_rows(
      [](const Body& body) { return CreateUser::from(body); },
      {{R"({})", R"({"username":["This field is required."]})"},
       {R"({"username":"ada","email":null,"name":""})", R"({})"},
       {R"({"username":"","email":"e","name":[]})",
        R"({"username":["This field may not be blank."],"email":["Enter a valid email address."],"name":["Not a valid string."]})"},
       {R"({"username":"root","superuser":true})", R"({})"}});
  CHECK_FALSE(CreateUser::from(json(R"({"username":"root","superuser":true})")).superuser);
  check_rows(
      [](const Body& body) { return PutMember::from(body); },
      {{R"({"platform_key":3})", R"({"user_id":["This field is required."]})"},
       {R"({"user_id":1,"platform_key":null})", R"({"platform_key":["This field may not be null."]})"},
       {R"({"user_id":1,"is_admin":"x","is_staff":null,"active":[],"expired_on":"soon"})",
        R"({"is_admin":["Must be a valid boolean."],"is_staff":["This field may not be null."],"active":["Must be a valid boolean."],)"
        R"("expired_on":["Datetime has wrong format. Use one of these formats instead: YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z]."]})"},
       {R"({"user_id":1,"expired_on":null})", R"({})"},
       {R"({"user_id":1,"expired_on":"2027-01-31"})", R"({})"}});
  check_rows(
      [](const Body& body) { return IssueApiKey::from(body); },
      {{R"({})", R"({"name":["This field is required."]})"},
       {R"({"username":"","name":"k","expires_in":"x","roles":5})",
        R"({"username":["This field may not be blank."],"expires_in":["Duration has wrong format. Use one of these formats instead: [DD] [HH:[MM:]]ss[.uuuuuu]."],"roles":["Expected a list of items but got type \"int\"."]})"},
       {R"({"name":"k","expires_in":0})", R"({"expires_in":["Ensure this value is greater than or equal to 1."]})"},
       {R"({"name":"k","expires_in":3153600001})",
        R"({"expires_in":["Ensure this value is less than or equal to 3153600000."]})"},
       {R"({"name":"k","roles":[true]})", R"({"roles":["Incorrect type. Expected pk value, received bool."]})"},
       {R"({"name":"k","expires_in":"1 00:00:00","roles":[2,"Auditor"]})", R"({})"}});
  check_rows(
      [](const Body& body) { return CreateRole::from(body); },
      {{R"({"actions":"x"})",
        R"({"name":["This field is required."],"actions":["Expected a list of items but got type \"str\"."]})"},
       {R"({"name":"r","actions":["Ibl.*","CRM",null,""]})",
        R"({"actions":{"2":["This field may not be null."],"3":["This field may not be blank."]}})"},
       {R"({"name":"r","actions":["Ibl.*","CRM"]})", R"({"actions":{"1":["\"CRM\" is not a valid permission."]}})"}});
  check_rows(
      [](const Body& body) { return CreatePolicy::from(body); },
      {{R"({"users_to_add":[1,"x"],"users_to_remove":3})",
        R"({"name":["This field is required."],"role_id":["This field is required."],"users_to_add":["A valid integer is required."],"users_to_remove":["Expected a list of items but got type \"int\"."]})"},
       {R"({"name":"p","role_id":"2","resources":null,"users_to_add":[],"users_to_remove":["4"]})", R"({})"}});
}

TEST_CASE("each faulty field of a webhook has its message", "[commands]") {
  const auto* no_url = R"({"url":["Enter an absolute http or https URL without credentials and fragment."]})";
  const std::string long_url = R"({"url":"https://hooks.example/)" + letters(1979) + R"("})";
  const std::string longest_url = R"({"url":"https://hooks.example/)" + letters(1978) + R"("})";
  const std::string long_texts =
      R"({"url":"https://h.example","description":")" + letters(1001) + R"(","secret":")" + letters(256) + R"("})";
  check_rows(
      [](const Body& body) { return CreateWebhook::from(body); },
      {{R"({})", R"({"url":["This field is required."]})"},
       {R"({"url":""})", R"({"url":["This field may not be blank."]})"},
       {R"({"url":"hooks.example"})", no_url},
       {R"({"url":"ftp://hooks.example"})", no_url},
       {long_url.c_str(), R"({"url":["Ensure this field has no more than 2000 characters."]})"},
       {longest_url.c_str(), R"({})"},
       {R"({"url":"https://h.example","description":"","active":"on","event_types":[],"secret":"sixteen-letters!"})",
        R"({})"},
       {R"({"url":"https://h.example","description":null,"active":"x","event_types":["PersonCreated","Person","*"],"secret":null})",
        R"({"description":["This field may not be null."],"event_types":{"1":["\"Person\" is not a valid choice."],"2":["\"*\" is not a valid choice."]},"active":["Must be a valid boolean."],"secret":["This field may not be null."]})"},
       {R"({"url":"https://h.example","event_types":"PersonCreated","secret":"short"})",
        R"({"event_types":["Expected a list of items but got type \"str\"."],"secret":["Ensure this field has at least 16 characters."]})"},
       {R"({"url":"https://h.example","secret":"sixteen letters!"})",
        R"({"secret":["Only printable ASCII characters without spaces are allowed."]})"},
       {long_texts.c_str(),
        R"({"description":["Ensure this field has no more than 1000 characters."],"secret":["Ensure this field has no more than 255 characters."]})"}});
  check_rows([](const Body& body) { return UpdateWebhook::from(WebhookId{1}, body); },
             {{R"({})", R"({})"},
              {R"({"url":null,"rotate_secret":"perhaps"})",
               R"({"url":["This field may not be null."],"rotate_secret":["Must be a valid boolean."]})"}});
}

TEST_CASE("the platform's key is read as text", "[commands]") {
  CHECK(platform_key_of(json(R"({"platform_key":" acme "})")) == "acme");
  CHECK(platform_key_of(form({{"platform_key", {"acme"}}})) == "acme");
  for (const auto* body :
       {R"({})", R"({"platform_key":null})", R"({"platform_key":""})", R"({"platform_key":{}})", "[]"}) {
    INFO(body);
    CHECK_FALSE(platform_key_of(json(body)));
  }
}

TEST_CASE("a command knows its name and whether its request was faulty", "[commands]") {
  CHECK(name_of(Command(MergePersons{})) == "MergePersons");
  CHECK(name_of(Command(OpenPlatform{})) == "OpenPlatform");
  CHECK(has_shape_errors(CreatePerson::from(json("{}"))));
  CHECK_FALSE(has_shape_errors(CreatePerson::from(json(R"({"name":"A"})"))));
  CHECK_FALSE(has_shape_errors(DeletePerson{}));
}

}  // namespace
}  // namespace annals::test::field_messages_test
