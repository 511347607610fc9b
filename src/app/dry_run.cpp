#include "app/dry_run.hpp"

#include <string>

#include "core/json.hpp"

namespace annals {
namespace {

void append_event(std::string& out, const RecordedEvent& recorded) {
  out += R"({"stream":)" + quote_json(recorded.stream);
  out += R"(,"version":)" + std::to_string(recorded.version.value);
  out += R"(,"type":)" + quote_json(type_of(recorded.event));
  out += R"(,"data":)" + data_json(recorded.event) + '}';
}

}  // namespace

Answer dry_run_answer(const Answer& would_be, std::span<const Commit* const> commits) {
  Answer answer;
  auto& body = answer.body;
  body = would_be.body.empty() ? "{" : would_be.body.substr(0, would_be.body.size() - 1);  // without its closing brace
  if (body.size() > 1) body += ',';
  body += R"("dry_run":true,"status_code":)" + std::to_string(would_be.status) + R"(,"events":[)";
  for (const auto* commit : commits) {
    for (const auto& recorded : commit->events) {
      if (body.back() != '[') body += ',';
      append_event(body, recorded);
    }
  }
  body += "]}";
  return answer;
}

void hide_secret(Outcome& outcome) {
  if (auto* key = std::get_if<ApiKeyShown>(&outcome)) key->secret.clear();
  if (auto* webhook = std::get_if<WebhookShown>(&outcome); webhook != nullptr && webhook->secret) {
    webhook->secret->clear();
  }
}

}  // namespace annals
