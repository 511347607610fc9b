#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "commands/command.hpp"
#include "core/json.hpp"
#include "http/resources/body_reading.hpp"
#include "http/resources/multipart.hpp"
#include "http/resources/percent.hpp"

namespace {

using namespace annals;

void promise(bool kept, const char* what) {
  if (kept) return;
  std::fprintf(stderr, "broken: %s\n", what);
  std::abort();
}

void look_at(const Body& body) {
  for (const auto& [name, value] : body.fields) {
    promise(is_utf8(name), "names are UTF-8");
    if (const auto* json = std::get_if<JsonText>(&value)) {
      const auto again = parse_json(json->text);
      promise(again && again->text == json->text, "the text of a value is JSON, minified");
      continue;
    }
    const auto& texts = std::get<FormValues>(value);
    promise(!texts.empty(), "a field that is there has a value");
    for (const auto& text : texts) promise(is_utf8(text), "form values are UTF-8");
  }
  promise(body.not_an_object.empty() || body.fields.empty(), "only objects have fields");
}

/// Whatever a body holds, every command can be read from it.
void read_commands(const Body& body) {
  const PersonId person;
  has_shape_errors(CreatePerson::from(body));
  has_shape_errors(UpdatePerson::from(person, body, Write::patch));
  has_shape_errors(InvitePerson::from(person, body));
  has_shape_errors(LinkPerson::from(person, body));
  has_shape_errors(MergePersons::from(body));
  has_shape_errors(CreateOrganization::from(body));
  has_shape_errors(InviteEmail::from(body));
  has_shape_errors(CreatePlatform::from(body));
  has_shape_errors(CreateUser::from(body));
  has_shape_errors(PutMember::from(body));
  has_shape_errors(IssueApiKey::from(body));
  has_shape_errors(CreateRole::from(body));
  has_shape_errors(CreatePolicy::from(body));
  has_shape_errors(CreateWebhook::from(body));
  has_shape_errors(ChangeNotifications::from(body));
  platform_key_of(body);
}

void read_as(std::string_view content_type, std::string_view bytes) {
  const auto body = http::read_body(content_type, bytes);
  if (!body) {
    promise(is_utf8(body.error().detail), "what is said of a bad body is UTF-8");
    return;
  }
  look_at(*body);
  read_commands(*body);
}

/// What was read from a multipart form, written again, reads the same.
void read_multipart_twice(std::string_view bytes) {
  const auto fields = http::parse_multipart(bytes, "b");
  if (!fields) return;
  std::string again;
  for (const auto& [name, value] : *fields) {
    std::string escaped;
    for (const char c : name) {
      if (c == '"' || c == '\\') escaped += '\\';
      escaped += c;
    }
    again += "--b\r\nContent-Disposition: form-data; name=\"" + escaped + "\"\r\n\r\n" + value + "\r\n";
  }
  const auto reread = http::parse_multipart(again + "--b--\r\n", "b");
  promise(reread && *reread == *fields, "a multipart form reads as it was written");
}

}  // namespace

/// The first byte says as what the rest is read; with the last choice the content type itself comes from the input.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 5) {
    case 0:
      read_as("application/json", rest);
      break;
    case 1:
      read_as("application/x-www-form-urlencoded", rest);
      break;
    case 2:
      read_as("multipart/form-data; boundary=b", rest);
      read_multipart_twice(rest);
      break;
    case 3:
      read_as("", rest);
      break;
    default: {
      const auto line = rest.substr(0, rest.find('\n'));
      read_as(line, rest.substr(std::min(rest.size(), line.size() + 1)));
    }
  }
  return 0;
}
