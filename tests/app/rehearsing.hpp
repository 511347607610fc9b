#pragma once

#include <map>
#include <regex>
#include <set>
#include <string>
#include <utility>

#include "core/sealing.hpp"
#include "workload.hpp"

/// A command's dry run beside the command itself.
namespace annals::test {

inline std::set<std::string> found(const std::string& text, const std::regex& pattern) {
  std::set<std::string> all;
  for (std::sregex_iterator at(text.begin(), text.end(), pattern), end; at != end; ++at) all.insert(at->str());
  return all;
}

/// Both texts with what only one of them has of ids, secrets and times taken out.
inline std::pair<std::string, std::string> comparable(std::string left, std::string right) {
  for (const auto* source : {"[0-9a-f]{8}-[0-9a-f-]{27}", "[0-9a-f]{64}", "2[0-9-]{9}T[0-9:.]+Z"}) {
    const std::regex pattern(source);
    const auto in_left = found(left, pattern);
    const auto in_right = found(right, pattern);
    for (auto* text : {&left, &right}) {
      for (const auto& value : found(*text, pattern)) {
        if (in_left.contains(value) && in_right.contains(value)) continue;
        for (auto at = text->find(value); at != std::string::npos; at = text->find(value)) {
          text->replace(at, value.size(), "other");
        }
      }
    }
  }
  return {left, right};
}

inline Submission dry(PlatformId platform, Command command) {
  auto submission = asking(platform, std::move(command));
  submission.dry_run = true;
  return submission;
}

inline std::size_t commit_count(Backend& backend) {
  std::size_t count = 0;
  for (const auto platform : backend.store.log().platforms()) count += backend.store.log().commits(platform).size();
  return count;
}

/// As a dry run shows them: those of all commits behind the first `before` of each platform's.
inline std::string events_json(Backend& backend, const std::map<PlatformId, std::size_t>& before) {
  std::string json;
  for (const auto platform : backend.store.log().platforms()) {
    const auto records = backend.store.log().commits(platform);
    const auto known = before.contains(platform) ? before.at(platform) : 0;
    for (std::size_t i = known; i < records.size(); ++i) {
      for (const auto& recorded : decode_commit(records[i].bytes, backend.store.sealer()).events) {
        json += (json.empty() ? "" : ",") + (R"({"stream":)" + quote_json(recorded.stream)) + R"(,"version":)" +
                std::to_string(recorded.version.value) + R"(,"type":)" + quote_json(type_of(recorded.event)) +
                R"(,"data":)" + data_json(recorded.event) + "}";
      }
    }
  }
  return json;
}

/// A secret that only the real answer shows.
inline void hide(std::string& body, std::string_view name) {
  const auto opening = '"' + std::string(name) + "\":";
  const auto at = body.find(opening + '"');
  if (at == std::string::npos) return;
  const auto value = at + opening.size();
  body.replace(value, body.find('"', value + 1) + 1 - value, "null");
}

/// What a dry run of this answer's command should have said; `events` are those that it wrote.
inline std::string rehearsal_of(const Command& command, const Answer& done, const std::string& events) {
  auto expected = done.body;
  if (std::holds_alternative<IssueApiKey>(command)) hide(expected, "key");
  if (std::holds_alternative<CreateWebhook>(command) || std::holds_alternative<UpdateWebhook>(command)) {
    hide(expected, "secret");
  }
  expected = expected.empty() ? "{" : expected.substr(0, expected.size() - 1) + ",";
  return expected + R"("dry_run":true,"status_code":)" + std::to_string(done.status) + R"(,"events":[)" + events + "]}";
}

/// Rehearses the command, which must leave nothing, and then does it, which must be answered alike. The real answer.
inline Result<Answer> rehearse_and_do(Backend& backend, const Asked& asked) {
  const auto views = backend.store.views().all();
  std::map<PlatformId, std::size_t> before;
  for (const auto platform : backend.store.log().platforms()) {
    before[platform] = backend.store.log().commits(platform).size();
  }
  const auto commits = commit_count(backend);
  const auto served = backend.live->served_position(asked.platform);
  const auto rehearsed = backend.ask(dry(asked.platform, asked.command));
  CHECK(commit_count(backend) == commits);
  CHECK(backend.live->served_position(asked.platform) == served);
  REQUIRE((backend.store.views().all() == views));

  auto done = backend.ask(asked.platform, asked.command);
  REQUIRE(rehearsed.has_value() == done.has_value());
  if (!done) {
    CHECK((rehearsed.error() == done.error()));
    return done;
  }
  CHECK(rehearsed->status == 200);
  CHECK(rehearsed->etag.empty());
  const auto [left, right] =
      comparable(rehearsed->body, rehearsal_of(asked.command, *done, events_json(backend, before)));
  CHECK(left == right);
  return done;
}

}  // namespace annals::test
