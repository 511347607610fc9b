#include "commands/fields/spelling.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "commands/fields/email_address.hpp"
#include "commands/platform/roles.hpp"

namespace annals::spelling_test {
namespace {

using std::chrono::seconds;

TEST_CASE("white space is stripped as Python strips it", "[commands]") {
  CHECK(stripped("  Ada  Lovelace\t\r\n") == "Ada  Lovelace");
  CHECK(stripped("\u00a0\u3000\u2003Ada\u2028\u202f\u0085") == "Ada");
  CHECK(stripped("\x1c\x1d\x1e\x1f\x0b\x0c"
                 "Ada\x1f") == "Ada");
  CHECK(stripped("\u1680\u205f\u2000\u200a") == "");
  CHECK(stripped("\u200bAda\u200b") == "\u200bAda\u200b");  // zero width space is no white space
  CHECK(stripped("\u2010Ada\u2010") == "\u2010Ada\u2010");  // begins with the same two bytes as a space
  CHECK(stripped(std::string_view("\0Ada\0", 5)) == std::string_view("\0Ada\0", 5));
  CHECK(stripped("").empty());
}

TEST_CASE("an integer is spelt with digits", "[commands]") {
  CHECK(spelt_integer("42") == 42);
  CHECK(spelt_integer("+42") == 42);
  CHECK(spelt_integer("-42") == -42);
  CHECK(spelt_integer(" 042 ") == 42);
  CHECK(spelt_integer("42.000") == 42);
  CHECK(spelt_integer("42.") == 42);
  CHECK(spelt_integer("-9223372036854775808") == INT64_MIN);
  CHECK(spelt_integer("9223372036854775807") == INT64_MAX);
  for (const auto* text : {"", " ", "-", "+", ".0", "4 2", "4.2", "4.0.0", "--4", "+-4", "-+4", "0x2A", "1e3", "four",
                           "9223372036854775808", "4\u0662"}) {
    INFO(text);
    CHECK_FALSE(spelt_integer(text));
  }
}

TEST_CASE("a boolean is spelt in many ways", "[commands]") {
  for (const auto* text : {"true", "True", "TRUE", "t", "yes", "Y", "on", "ON", "1"}) {
    INFO(text);
    CHECK(spelt_boolean(text) == true);
  }
  for (const auto* text : {"false", "False", "FALSE", "f", "no", "N", "off", "OFF", "0"}) {
    INFO(text);
    CHECK(spelt_boolean(text) == false);
  }
  for (const auto* text : {"", " true", "2", "-1", "null", "truee", "o"}) {
    INFO(text);
    CHECK_FALSE(spelt_boolean(text));
  }
}

TEST_CASE("a duration is days, hours, minutes and seconds", "[commands]") {
  CHECK(spelt_duration("90") == seconds(90));
  CHECK(spelt_duration("02:05") == seconds(125));
  CHECK(spelt_duration("3:02:05") == seconds(10'925));
  CHECK(spelt_duration("4 3:02:05") == seconds(4 * 86'400 + 10'925));
  CHECK(spelt_duration("4 11") == seconds(4 * 86'400 + 11));
  for (const auto* text : {"", "4 :1", "1:2:3:4", "1:", ":1", "-1", "1.5", "4 days", "1  2", "9999999999999999999"}) {
    INFO(text);
    CHECK_FALSE(spelt_duration(text));
  }
}

TEST_CASE("a slug is letters, digits, underscores and hyphens", "[commands]") {
  CHECK(is_slug("Acme_2-eu"));
  for (const auto* text : {"", "a b", "a.b", "a/b", "é", "a\n"}) {
    INFO(text);
    CHECK_FALSE(is_slug(text));
  }
}

TEST_CASE("a redirect leads to http or https, without credentials", "[commands]") {
  for (const auto* text :
       {"http://a.example/welcome?a=1#b", "http://a.example", "HTTPS://A.example:8443/x?u=me@b.example",
        "http://127.0.0.1:1/", "https://[::1]:2/", "https://münchen.example/", "http://a.example?x"}) {
    INFO(text);
    CHECK(is_redirect_target(text));
  }
  for (const auto* text : {"/",
                           "/welcome",
                           "//evil.example",
                           "/\\evil.example",
                           "/a\tb",
                           "welcome",
                           "javascript:alert(1)",
                           "ftp://a.example",
                           "http://",
                           "http:///x",
                           "https://me@a.example/",
                           "https://me:secret@a.example/",
                           "http://a.example\\@evil.example",
                           "http://a.example:port/",
                           "http://[::1",
                           "http://[x]/",
                           "http://a b/",
                           "data:text/html,x",
                           "http:/a.example",
                           "http://:80/",
                           "\x01/a",
                           "https://a%2eexample/"}) {
    INFO(text);
    CHECK_FALSE(is_redirect_target(text));
  }
}

TEST_CASE("an email address is what Django takes for one", "[commands]") {
  for (const auto* text :
       {"ada@example.com", "Ada.Lovelace+crm@sub.example.co", "!#$%&'*+-/=?^_`{|}~@example.com", "a@localhost",
        "\"a b\"@example.com", "ada@[127.0.0.1]", "ada@[::1]", "ada@münchen.example", "ada@例え.テスト",
        "ada@xn--bcher-kva.example", "a@b.co", "\"\\ \"@example.com", "a@1-2.example"}) {
    INFO(text);
    const bool quoted_space = std::string_view(text) == "\"a b\"@example.com";
    CHECK(is_email_address(text) == !quoted_space);
  }
  for (const auto* text : {"",
                           "ada",
                           "@example.com",
                           "ada@",
                           "ada@example",
                           "ada@@example.com",
                           "a da@example.com",
                           "ada@exa mple.com",
                           "ada@-example.com",
                           "ada@example-.com",
                           "ada@example.com-",
                           "ada@example.c",
                           "ada@.com",
                           "ada@example..com",
                           ".ada@example.com",
                           "ada.@example.com",
                           "a..b@example.com",
                           "ada@[127.0.0.256]",
                           "ada@[]",
                           "ada@127.0.0.1.",
                           "ada@LOCALHOST",
                           "ädä@example.com",
                           "ada@exa_mple.com",
                           "ada@example.com\n",
                           "\"ada@example.com",
                           "\"a\nb\"@example.com",
                           "ada@[127.0.0.1",
                           "ada@münchen"}) {
    INFO(text);
    CHECK_FALSE(is_email_address(text));
  }
  CHECK(is_email_address("a@" + std::string(63, 'b') + ".example"));
  CHECK_FALSE(is_email_address("a@" + std::string(64, 'b') + ".example"));
  CHECK_FALSE(is_email_address(std::string("ada@[127.0.0.1\0]", 16)));
}

TEST_CASE("a permission pattern names an app, a resource and a verb, or ends in a star", "[commands]") {
  for (const auto* text : {"Ibl.*", "Ibl.CRM/*", "Ibl.CRM/Persons/*", "Ibl.CRM/Persons/read"}) {
    INFO(text);
    CHECK(is_permission_pattern(text));
  }
  for (const auto* text : {"", "*", "Ibl.", "Ibl.CRM", "Ibl.CRM/", "Ibl.CRM/Persons", "Ibl.CRM/Persons/",
                           "Ibl.CRM/Persons/read/", "Ibl.CRM/Persons/read/*", "Ibl.CRM/*/read", "Ibl.C*", "ibl.*",
                           "Ibl.CRM/Per sons/read", "Ibl.CRM//read", "Ibl.CRM/Persons/re*"}) {
    INFO(text);
    CHECK_FALSE(is_permission_pattern(text));
  }
}

}  // namespace
}  // namespace annals::spelling_test
