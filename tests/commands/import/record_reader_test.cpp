#include "commands/import/record_reader.hpp"

#include <catch2/catch.hpp>

#include "../bodies.hpp"

namespace annals::test::record_reader_test {
namespace {

struct ReadFile {
  std::vector<ImportRow> rows;
  std::vector<std::string> texts;
  RecordFormat format;
  RecordKind kind;
  std::vector<std::string> unknown;
};

ReadFile read(std::string_view text, const ReadingRules& rules = {}) {
  auto reader = RecordReader::open(source_of(text), rules);
  INFO(text);
  REQUIRE(reader.has_value());
  ReadFile file{};
  while (auto row = reader->next()) {
    file.rows.push_back(*std::move(row));
    file.texts.emplace_back(reader->text());
  }
  file.format = reader->format();
  file.kind = reader->kind();
  file.unknown = reader->unknown_fields();
  return file;
}

std::string refusal(std::string_view text, const ReadingRules& rules = {}) {
  const auto reader = RecordReader::open(source_of(text), rules);
  REQUIRE_FALSE(reader.has_value());
  return reader.error();
}

const FieldErrors& errors_of(const ImportRow& row) {
  return std::visit([](const auto& record) -> const FieldErrors& { return record.errors; }, row.record);
}
const PersonFields& person_in(const ImportRow& row) {
  return std::get<CreatePerson>(row.record).fields;
}

std::vector<RecordKind> kinds_in(const ReadFile& file) {
  std::vector<RecordKind> kinds;
  for (const auto& row : file.rows) kinds.push_back(row.kind());
  return kinds;
}

constexpr auto kPerson = RecordKind::person;
constexpr auto kOrganization = RecordKind::organization;

}  // namespace

TEST_CASE("the columns of CSV are the API's fields, read as a form's", "[commands]") {
  const auto file = read(
      "Name; Primary_Email ;emails;contact_numbers;job_title;owner;lifecycle_stage;unique_id;metadata\r\n"
      " Ada ;ada@example.org;\"[\"\"a@b.example\"\"]\";[1];Countess;7;customer;u-1;{\"k\": 2}\r\n"
      "Bob;;;;;;;;\r\n");
  REQUIRE(file.rows.size() == 2);
  CHECK(file.format == RecordFormat::csv);
  CHECK(file.kind == kPerson);
  CHECK(errors_of(file.rows[0]).empty());
  CHECK(file.rows[0].line == 2);
  const auto& ada = person_in(file.rows[0]);
  CHECK(ada.name == "Ada");
  CHECK(*ada.primary_email == "ada@example.org");
  CHECK(ada.emails == JsonText{R"(["a@b.example"])"});
  CHECK(ada.contact_numbers == JsonText{"[1]"});
  CHECK(ada.job_title == "Countess");
  CHECK(*ada.owner == 7);
  CHECK(ada.lifecycle_stage == LifecycleStage::customer);
  CHECK(ada.unique_id == "u-1");
  CHECK(ada.metadata == JsonText{R"({"k":2})"});
  CHECK(errors_of(file.rows[1]).empty());
  const auto& bob = person_in(file.rows[1]);
  CHECK(*bob.primary_email == std::nullopt);
  CHECK(bob.emails == JsonText{"[]"});
  CHECK(*bob.owner == std::nullopt);
  CHECK(bob.lifecycle_stage == LifecycleStage::lead);
  CHECK(bob.metadata == JsonText{"{}"});
}

TEST_CASE("an object of NDJSON is read as a JSON body", "[commands]") {
  const auto file = read("{\"name\":\"Ada\",\"metadata\":{\"k\":1},\"owner\":7}\n\n  {\"name\": 5}\r\n");
  REQUIRE(file.rows.size() == 2);
  CHECK(file.format == RecordFormat::ndjson);
  CHECK(person_in(file.rows[0]).metadata == JsonText{R"({"k":1})"});
  CHECK(*person_in(file.rows[0]).owner == 7);
  CHECK(file.rows[1].line == 3);
  CHECK(person_in(file.rows[1]).name == "5");
}

TEST_CASE("what is wrong with a line is said of it, and reading goes on", "[commands]") {
  struct Case {
    std::string text;
    std::string errors;  ///< of the second record; the one before and the one behind it are good
  };
  const std::string header = "name,primary_email,metadata\n";
  const std::vector<Case> csv = {
      {",a@b.example,", R"({"name":["This field may not be blank."]})"},
      {"B,ada,", R"({"primary_email":["Enter a valid email address."]})"},
      {"B,,{", R"({"metadata":["Value must be valid JSON."]})"},
      {"B,", R"({"non_field_errors":["The line has 2 columns, the header has 3."]})"},
      {"B,,,,", R"({"non_field_errors":["The line has 5 columns, the header has 3."]})"},
      {"\"B\"x,,", R"({"non_field_errors":["Something follows a closing quote."]})"},
      {"\"B,,", R"({"non_field_errors":["A quoted field is not closed."]})"},
      {"B\xFF,,", R"({"non_field_errors":["The line is not valid UTF-8."]})"},
      {std::string("B\0,,", 4), R"({"name":["Null characters are not allowed."]})"},
      {std::string(1u << 20, 'B') + ",,", R"({"non_field_errors":["The line is longer than 1 MiB."]})"},
  };
  for (const auto& each : csv) {
    const auto file = read(header + "A,,\n" + each.text + "\nC,,\n");
    INFO(each.errors);
    REQUIRE(file.rows.size() == 3);
    CHECK(errors_of(file.rows[0]).empty());
    CHECK(file.rows[1].line == 3);
    CHECK(shown(errors_of(file.rows[1])) == each.errors);
    CHECK(file.texts[1] == each.text.substr(0, each.text.size() > 1024 ? 1024 : each.text.size()));
    CHECK(errors_of(file.rows[2]).empty());
    CHECK(file.rows[2].line == 4);
  }
  const std::vector<Case> ndjson = {
      {"[]", R"({"non_field_errors":["Invalid data. Expected a dictionary, but got list."]})"},
      {R"({"name":null})", R"({"name":["This field may not be null."]})"},
      {R"({"job_title":"x"})", R"({"name":["This field is required."]})"},
      {R"({"name":"B","organization":5})", R"({"organization":["Must be a valid UUID."]})"},
      {R"({"name":"B","type":"deal"})", R"({"type":["\"deal\" is not a valid choice."]})"},
      {R"({"name":"B","type":4})", R"({"type":["\"4\" is not a valid choice."]})"},
  };
  for (const auto& each : ndjson) {
    const auto file = read("{\"name\":\"A\"}\n" + each.text + "\n{\"name\":\"C\"}");
    INFO(each.text);
    REQUIRE(file.rows.size() == 3);
    CHECK(errors_of(file.rows[0]).empty());
    CHECK(shown(errors_of(file.rows[1])) == each.errors);
    CHECK(errors_of(file.rows[2]).empty());
  }
  const auto broken = read("{\"name\":\"A\"}\n{\"name\":\"B\",\n");
  CHECK(errors_of(broken.rows[1]).front().messages.front().starts_with("JSON parse error - "));
  CHECK_FALSE(broken.rows[1].readable);
  CHECK(broken.rows[0].readable);
}

TEST_CASE("a record's type says what it is, the header what the others are", "[commands]") {
  using Kinds = std::vector<RecordKind>;
  CHECK(kinds_in(read("name,type\nA,person\nB,Organizations\nC,\nD, PERSONS \n")) ==
        Kinds{kPerson, kOrganization, kPerson, kPerson});
  CHECK(kinds_in(read("name,address\nA,\n")) == Kinds{kOrganization});
  CHECK(kinds_in(read("name,address,job_title\nA,,\n")) == Kinds{kPerson});
  CHECK(kinds_in(read("name,address,type\nA,,\nB,,person\n")) == Kinds{kOrganization, kPerson});
  CHECK(kinds_in(read("name,owner,metadata\nA,,\n")) == Kinds{kPerson});
  CHECK(kinds_in(read("{\"name\":\"A\",\"address\":{}}\n{\"name\":\"B\",\"type\":null}\n{\"name\":\"C\",\"type\":"
                      "\"person\"}")) == Kinds{kOrganization, kOrganization, kPerson});
  ReadingRules organizations;
  organizations.kind = kOrganization;
  CHECK(kinds_in(read("name,type\nA,person\nB,vip\n", organizations)) == Kinds{kOrganization, kOrganization});
  CHECK(kinds_in(read("{\"name\":\"A\",\"type\":\"person\"}", organizations)) == Kinds{kOrganization});
}

TEST_CASE("fields that no record has are named once", "[commands]") {
  using Names = std::vector<std::string>;
  CHECK(read("id,name,Shoe Size,type,address\n1,A,,,\n2,B,,,\n").unknown == Names{"id", "shoe size"});
  CHECK(read("{\"name\":\"A\",\"x\":1}\n{\"x\":2,\"name\":\"B\",\"y\":3}\n").unknown == Names{"x", "y"});
  ReadingRules persons;
  persons.kind = kPerson;
  CHECK(read("name,type,address\nA,,\n", persons).unknown == Names{"type", "address"});
}

TEST_CASE("references by name are taken apart from ids", "[commands]") {
  const auto file = read(
      "name,organization,owner\n"
      "A, Engines ,paula\n"
      "B,b0000000-0000-4000-8000-000000000001,7\n"
      "C,,\n"
      "D," +
      std::string(256, 'x') + ",tess@example.org\n");
  CHECK(file.rows[0].organization_name == "Engines");
  CHECK(file.rows[0].owner_name == "paula");
  CHECK(errors_of(file.rows[0]).empty());
  CHECK(file.rows[1].organization_name.empty());
  CHECK(*person_in(file.rows[1]).organization == OrganizationId::parse("b0000000-0000-4000-8000-000000000001"));
  CHECK(file.rows[1].owner_name.empty());
  CHECK(*person_in(file.rows[1]).owner == 7);
  CHECK(file.rows[2].organization_name.empty());
  CHECK(*person_in(file.rows[2]).organization == std::nullopt);
  CHECK(shown(errors_of(file.rows[3])) == R"({"organization":["Must be a valid UUID."]})");
  CHECK(file.rows[3].owner_name == "tess@example.org");
}

TEST_CASE("a file that cannot be read as a whole is refused with a reason", "[commands]") {
  ReadingRules ndjson;
  ndjson.format = RecordFormat::ndjson;
  ReadingRules csv;
  csv.format = RecordFormat::csv;
  CHECK(refusal("") == "it has no header line");
  CHECK(refusal("\nname\n") == "it has no header line");
  CHECK(refusal("name,job_title,Name\nA,,\n") == "its header line names the column \"name\" twice");
  CHECK(refusal("title,owner\nA,\n") == "its header line has no column \"name\"");
  CHECK(refusal("name,\xFF\n") == "its header line is not valid UTF-8");
  CHECK(refusal("name,\"owner\nA,b\n") == "its header line cannot be read: A quoted field is not closed.");
  CHECK(refusal("\xFF\xFEn\0a\0") == "its header line is not valid UTF-8");
  CHECK(refusal(" [{\"name\":\"A\"}]") == "it is a JSON array; make NDJSON of it, one object a line");
  CHECK(refusal("[]", ndjson) == "it is a JSON array; make NDJSON of it, one object a line");
  CHECK(refusal("{\"name\":\"A\"}", csv) == "its header line has no column \"name\"");
  CHECK(read("", ndjson).rows.empty());
  CHECK(read("name\n").rows.empty());
}

TEST_CASE("a line end within quotes belongs to the field, and lines are counted on", "[commands]") {
  const auto file = read("\xEF\xBB\xBF\"name\",\"job_title\"\n\"A\nB\",x\n\"C\",\"y\"\n");
  REQUIRE(file.rows.size() == 2);
  CHECK(person_in(file.rows[0]).name == "A\nB");
  CHECK(file.rows[0].line == 2);
  CHECK(file.rows[1].line == 4);
}

namespace {

FieldMapping mapping(const std::vector<std::string>& pairs) {
  auto parsed = FieldMapping::parse(pairs);
  REQUIRE(parsed.has_value());
  return *std::move(parsed);
}

ReadingRules reading_as(const std::vector<std::string>& pairs, std::optional<RecordKind> kind = {}) {
  ReadingRules rules;
  rules.kind = kind;
  rules.mapping = mapping(pairs);
  return rules;
}

}  // namespace

TEST_CASE("columns are read as the fields that they are mapped to", "[commands]") {
  const auto rules = reading_as(
      {" Full Name =name", "E-Mail=primary_email", "Shoe Size=metadata.Shoe Size", "Age=", "a=b=metadata.k"});
  const auto file = read(
      "FULL NAME,e-mail,shoe size,age,metadata.Town,a=b,colour\n"
      "Ada,ada@example.org,38,36,London,,red\n"
      "Bob,,,,,\"\"\"\\\",\n",
      rules);
  REQUIRE(file.rows.size() == 2);
  CHECK(errors_of(file.rows[0]).empty());
  CHECK(person_in(file.rows[0]).name == "Ada");
  CHECK(*person_in(file.rows[0]).primary_email == "ada@example.org");
  CHECK(person_in(file.rows[0]).metadata == JsonText{R"({"Shoe Size":"38","Town":"London"})"});
  CHECK(person_in(file.rows[1]).metadata == JsonText{R"({"k":"\"\\"})"});
  CHECK(file.unknown == std::vector<std::string>{"colour"});
  const auto lines = read(R"({"full name":"Ada","Shoe Size":[38],"Age":36})", rules);
  CHECK(person_in(lines.rows[0]).name == "Ada");
  CHECK(person_in(lines.rows[0]).metadata == JsonText{R"({"Shoe Size":[38]})"});
  CHECK(lines.unknown.empty());
}

TEST_CASE("a mapping that the file does not bear is refused before the first record", "[commands]") {
  CHECK(refusal("name\nA\n", reading_as({"Title=job_title"})) == "its header line has no column \"title\"");
  CHECK(refusal("name,title\nA,B\n", reading_as({"title=name"})) == "two of its columns are read as \"name\"");
  CHECK(refusal("name,metadata.k,k\nA,B,C\n", reading_as({"k=metadata.k"})) ==
        "two of its columns are read as \"metadata.k\"");
  CHECK(refusal("name\nA\n", reading_as({"name="})) == "its header line has no column \"name\"");
  CHECK(
      refusal("name,a\nA,\n", reading_as({"a=address"}, kPerson))
          .starts_with("a column is mapped to \"address\", which persons do not have; they have name, primary_email"));
  CHECK(refusal("name,a\nA,\n", reading_as({"a=unique_id"}, kOrganization)).ends_with("metadata.<key>"));
  const auto both = read("name,metadata,metadata.k\nA,\"{\"\"j\"\":1}\",2\nB,,2\n");
  CHECK(shown(errors_of(both.rows[0])) == R"({"non_field_errors":["The field \"metadata\" is given twice."]})");
  CHECK(errors_of(both.rows[1]).empty());
}

TEST_CASE("a mapping names known fields, and each once", "[commands]") {
  const std::vector<std::pair<std::vector<std::string>, std::string>> cases = {
      {{"name"}, "\"name\" is not of the form column=field"},
      {{" =name"}, "\" =name\" is not of the form column=field"},
      {{"a=metadata."}, "\"metadata.\" is no field that a column can be read as; there are name, "},
      {{"a=shoe"}, "\"shoe\" is no field that a column can be read as; there are name, "},
      {{"a=name", "A =job_title"}, "the column \"a\" is mapped twice"},
      {{"a=name", "b=Name"}, "two columns are mapped to \"name\""},
  };
  for (const auto& [pairs, sentence] : cases) {
    INFO(sentence);
    const auto parsed = FieldMapping::parse(pairs);
    REQUIRE_FALSE(parsed.has_value());
    CHECK(parsed.error().starts_with(sentence));
  }
  CHECK(mapping({"a=", "b=", "c=type", "d=address", "e=unique_id", "f=metadata.K"}).pairs_for(kPerson) ==
        std::vector<std::string>{"a=", "b=", "e=unique_id", "f=metadata.K"});
}

TEST_CASE("with updates a file needs no names where it has unique ids", "[commands]") {
  ReadingRules updates;
  updates.existing = Existing::update;
  CHECK(refusal("title\nA\n", updates) == "its header line has no column \"name\"");
  const auto file = read("unique_id,job_title\nu-1,Smith\n", updates);
  REQUIRE(file.rows[0].update.has_value());
  const auto& fields = std::get<UpdatePerson>(*file.rows[0].update).fields;
  CHECK(fields.job_title == "Smith");
  CHECK_FALSE(fields.name.has_value());
  CHECK_FALSE(fields.metadata.has_value());
}

}  // namespace annals::test::record_reader_test
