#include "app/due_commands.hpp"

#include <future>
#include <utility>
#include <vector>

#include "app/server_caller.hpp"
#include "core/crypto.hpp"

namespace annals {
namespace {

Submission submission_of(const Command& command, PlatformId platform) {
  return Submission{.platform = platform,
                    .command = command,
                    .caller = the_server(platform),
                    .precondition = {},
                    .idempotency = {},
                    .correlation = CorrelationId(random_uuid()),
                    .done = {}};
}

}  // namespace

void submit_where(std::span<const PlatformId> platforms, CommandPort& commands, const Command& command,
                  const std::function<bool(PlatformId)>& is_due) {
  std::vector<std::future<void>> answers;
  for (const auto platform : platforms) {
    if (platform == kSystemPlatform || !is_due(platform)) continue;
    std::promise<void> answered;
    answers.push_back(answered.get_future());
    auto submission = submission_of(command, platform);
    submission.done = [answered = std::move(answered)](const Result<Answer>&) mutable { answered.set_value(); };
    commands.submit(std::move(submission));
  }
  for (auto& answer : answers) answer.wait();
}

}  // namespace annals
