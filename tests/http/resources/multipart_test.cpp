#include "http/resources/multipart.hpp"

#include <catch2/catch.hpp>

#include "http/resources/header_values.hpp"

namespace annals::test::multipart_test {

using http::FormFields;

std::string part(const std::string& headers, const std::string& content) {
  return "--cut\r\n" + headers + "\r\n\r\n" + content + "\r\n";
}
const std::string kName = "Content-Disposition: form-data; name=\"a\"";
const std::string kEnd = "--cut--\r\n";

FormFields fields_of(const std::string& body) {
  const auto fields = http::parse_multipart(body, "cut");
  INFO((fields ? std::string() : fields.error()));
  REQUIRE(fields);
  return *fields;
}

TEST_CASE("a multipart form gives its fields in order", "[http]") {
  const auto file = "Content-Type: text/plain\r\nContent-Disposition: form-data; filename=\"C:\\x\\b.txt\"; name=\"b\"";
  CHECK(fields_of(part(kName, "one") + part(file, "two\r\nlines") + part(kName, "") + kEnd) ==
        FormFields{{"a", "one"}, {"b", "two\r\nlines"}, {"a", ""}});
  CHECK(fields_of(kEnd).empty());
}

TEST_CASE("names may be tokens, quoted, escaped and in any case of their header", "[http]") {
  CHECK(fields_of(part("content-disposition:form-data;name=plain", "1") + kEnd) == FormFields{{"plain", "1"}});
  CHECK(fields_of(part(R"(Content-Disposition: form-data; name="sa\"y; \\x")", "2") + kEnd) ==
        FormFields{{R"(sa"y; \x)", "2"}});
  CHECK(fields_of(part("Content-Disposition: FORM-DATA ; Name=\"héé\"", "3") + kEnd) == FormFields{{"héé", "3"}});
}

TEST_CASE("what only looks like a boundary belongs to the content", "[http]") {
  CHECK(fields_of(part(kName, "x\r\n--cutter\r\n--cu\r\n --cut\r\n--cut x") + kEnd) ==
        FormFields{{"a", "x\r\n--cutter\r\n--cu\r\n --cut\r\n--cut x"}});
}

TEST_CASE("a preamble, an epilogue and padding behind a boundary mean nothing", "[http]") {
  CHECK(fields_of("read me\r\n--cut \t\r\n" + kName + "\r\n\r\nv\r\n--cut--\r\nbye --cut\r\n") ==
        FormFields{{"a", "v"}});
  CHECK(fields_of("\r\n" + part(kName, "v") + "--cut--") == FormFields{{"a", "v"}});
}

TEST_CASE("a broken multipart form is refused with the reason", "[http]") {
  const auto fault = [](const std::string& body, std::string_view boundary = "cut") {
    const auto fields = http::parse_multipart(body, boundary);
    return fields ? std::string("none") : fields.error();
  };
  CHECK(fault(kEnd, "") == "the boundary is missing or malformed");
  CHECK(fault(kEnd, std::string(71, 'b')) == "the boundary is missing or malformed");
  CHECK(fault(kEnd, "ends ") == "the boundary is missing or malformed");
  CHECK(fault(kEnd, "a\r\nb") == "the boundary is missing or malformed");
  CHECK(fault("") == "the first boundary is missing");
  CHECK(fault("nothing here") == "the first boundary is missing");
  CHECK(fault("--cut") == "the first boundary is missing");
  CHECK(fault("--cut\r\n") == "a part's headers do not end");
  CHECK(fault("--cut\r\n" + kName) == "a part's headers do not end");
  CHECK(fault("--cut\r\n" + kName + "\r\n\r\nv") == "the last boundary is missing");
  CHECK(fault(part(kName, "v")) == "the last boundary is missing");
  CHECK(fault(part(kName, "v") + "--cut") == "the last boundary is missing");
  CHECK(fault(part("X-Odd: 1", "v") + kEnd) == "a part has no name");
  CHECK(fault(part("no colon", "v") + kEnd) == "a part has a malformed header");
  CHECK(fault(part("bad name: 1", "v") + kEnd) == "a part has a malformed header");
  const std::string disposition = "a part has a malformed Content-Disposition";
  CHECK(fault(part("Content-Disposition: form-data", "v") + kEnd) == disposition);
  CHECK(fault(part("Content-Disposition: attachment; name=\"a\"", "v") + kEnd) == disposition);
  CHECK(fault(part("Content-Disposition: form-data; name=\"a", "v") + kEnd) == disposition);
  CHECK(fault(part("Content-Disposition: form-data; name=\"a\" x", "v") + kEnd) == disposition);
  CHECK(fault(part(kName + "\r\n" + kName, "v") + kEnd) == disposition);
  CHECK(fault(part("Content-Disposition: form-data; name=\"\xff\"", "v") + kEnd) == disposition);
  CHECK(fault(part(kName + "\r\nContent-Transfer-Encoding: base64", "dg==") + kEnd) ==
        "a part has a transfer encoding");
  CHECK(fault(part(kName, "\xff") + kEnd) == "a part is not UTF-8");
  std::string headers = kName;
  for (int i = 0; i < 16; ++i) headers += "\r\nX-" + std::to_string(i) + ": 1";
  CHECK(fault(part(headers, "v") + kEnd) == "a part has too many headers");
  CHECK(fault(part(kName + "\r\nX: " + std::string(9000, 'x'), "v") + kEnd) == "a part has too many headers");
}

TEST_CASE("a form has at most 2,000 fields", "[http]") {
  std::string urlencoded;
  std::string multipart;
  for (std::size_t i = 0; i < http::kFormFieldsMax; ++i) {
    urlencoded += "a=1&";
    multipart += part(kName, "1");
  }
  CHECK(http::parse_urlencoded(urlencoded)->size() == 2000);
  CHECK(http::parse_multipart(multipart + kEnd, "cut")->size() == 2000);
  CHECK(http::parse_urlencoded(urlencoded + "b=2").error() == "too many fields");
  CHECK(http::parse_multipart(multipart + part(kName, "2") + kEnd, "cut").error() == "too many fields");
}

TEST_CASE("an urlencoded form gives its fields in order", "[http]") {
  CHECK(*http::parse_urlencoded("a=1&&b=x+y%26z&a=&c&=e&%C3%A4=%2B&d=1=2&f=%") ==
        FormFields{{"a", "1"}, {"b", "x y&z"}, {"a", ""}, {"c", ""}, {"", "e"}, {"ä", "+"}, {"d", "1=2"}, {"f", "%"}});
  CHECK(http::parse_urlencoded("")->empty());
  CHECK(http::parse_urlencoded("a=%ff").error() == "a field is not UTF-8");
  CHECK(http::parse_urlencoded("%ff=a").error() == "a field is not UTF-8");
}

TEST_CASE("header values are read by their grammar", "[http]") {
  const auto type = http::parse_header_value(" Text/HTML ; Charset=\"UTF-8\";; q=1 ");
  REQUIRE(type);
  CHECK(type->first == "text/html");
  CHECK(*type->find("charset") == "UTF-8");
  CHECK(*type->find("q") == "1");
  CHECK(type->find("none") == nullptr);
  for (const auto* odd : {"", ";", "a b", "a/", "/b", "a/b/c", "a; b", "a; =c", "a; b=", "a; b=c d", "a; b=\"c",
                          "a; b=\"c\"d", "a\r\nb"}) {
    INFO(odd);
    CHECK_FALSE(http::parse_header_value(odd));
  }
}

}  // namespace annals::test::multipart_test
