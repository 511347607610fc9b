#include "storage/child.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <optional>
#include <stdexcept>
#include <vector>

#include "storage/support.hpp"

extern char** environ;

namespace annals::test {
namespace {

constexpr const char* kDirectoryVariable = "ANNALS_TEST_CHILD_DIRECTORY";
constexpr const char* kOutputVariable = "ANNALS_TEST_CHILD_OUTPUT";

/// Catch's own report goes elsewhere: the parent reads only this.
void say(const std::string& line) {
  const auto* descriptor = std::getenv(kOutputVariable);
  REQUIRE(descriptor != nullptr);
  const auto text = line + "\n";
  REQUIRE(::write(std::atoi(descriptor), text.data(), text.size()) == static_cast<ssize_t>(text.size()));
}

/// nullopt: not started by a Child.
std::optional<StoreOptions> child_options() {
  const auto* directory = std::getenv(kDirectoryVariable);
  return directory == nullptr ? std::nullopt : std::optional(options_for(directory));
}

}  // namespace

Child::Child(const std::string& task, const std::filesystem::path& directory) {
  int pipe[2];
  if (::pipe(pipe) != 0) throw std::runtime_error("no pipe");
  ::fcntl(pipe[0], F_SETFD, FD_CLOEXEC);
  std::string in_directory = std::string(kDirectoryVariable) + "=" + directory.string();
  std::string to_pipe = std::string(kOutputVariable) + "=" + std::to_string(pipe[1]);
  std::vector<char*> environment{in_directory.data(), to_pipe.data()};
  for (char** variable = environ; *variable != nullptr; ++variable) environment.push_back(*variable);
  environment.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  std::string self = std::filesystem::read_symlink("/proc/self/exe").string();
  std::string test = "child " + task;
  char* arguments[] = {self.data(), test.data(), nullptr};
  const int failed = ::posix_spawn(&pid_, self.c_str(), &actions, nullptr, arguments, environment.data());
  ::posix_spawn_file_actions_destroy(&actions);
  ::close(pipe[1]);
  from_ = pipe[0];
  if (failed != 0) throw std::runtime_error("no child process");
}

Child::~Child() {
  kill();
  ::close(from_);
}

std::string Child::read_line() {
  std::string line;
  char byte = 0;
  while (::read(from_, &byte, 1) == 1 && byte != '\n') line += byte;
  return line;
}

std::string Child::read_rest() {
  std::string rest;
  char bytes[4096];
  for (ssize_t n = 0; (n = ::read(from_, bytes, sizeof(bytes))) > 0;) rest.append(bytes, static_cast<std::size_t>(n));
  wait();
  return rest;
}

void Child::kill() {
  if (pid_ > 0) ::kill(pid_, SIGKILL);
  wait();
}

void Child::wait() {
  if (pid_ > 0) ::waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

ChildRun run_child(const std::string& task, const std::filesystem::path& directory) {
  Child child(task, directory);
  return {child.read_rest()};
}

TEST_CASE("child opens", "[.child]") {
  const auto options = child_options();
  if (!options) return;
  const auto opened = Store::open(*options);
  if (opened) {
    say("open");
  } else {
    say(opened.error().kind == StoreProblem::Kind::locked ? "locked" : opened.error().sentence);
  }
}

/// Appends to two platforms at once, with views, until it is killed.
TEST_CASE("child appends", "[.child]") {
  const auto options = child_options();
  if (!options) return;
  const auto store = open_store(*options);
  for (std::uint64_t n = 1;; ++n) {
    const auto views = store->views().overlay();
    const auto slot = store->reserve_slot(kMain);
    const auto text = "group " + std::to_string(n);
    views->put_sealed(kMain, ViewId{1}, text, text, slot, "data of " + text);
    std::vector<PlatformAppend> group;
    for (const auto platform : {kMain, kOther}) {
      const auto head = store->log().head(platform);
      auto first = make_commit(platform, head, text + std::string(1500, '.'), 2);
      auto second = make_commit(platform, head_after(first), text);
      group.push_back({platform, head, {std::move(first), std::move(second)}});
    }
    if (store->log().append(group, *views) != AppendStatus::appended) break;
    say(std::to_string(store->log().head(kMain).position.value) + " " + std::to_string(slot.value));
  }
}

/// Fills views beside the live ones and adopts them, appending meanwhile, again and again until it is killed.
TEST_CASE("child rebuilds views", "[.child]") {
  const auto options = child_options();
  if (!options) return;
  const auto store = open_store(*options);
  for (;;) {
    const auto next = store->begin_views();
    const auto generation = std::to_string(store->log().head(kMain).position.value);
    {
      const auto filling = next->fill(1);  // every step is a portion
      for (const auto* key : {"begun", "filled", "filled", "ended"}) {
        filling->changes().put(kMain, ViewId{7}, key, generation);
        if (!filling->step() || append(*store, kMain, {"beside " + generation}) != AppendStatus::appended) return;
        say(std::to_string(store->log().head(kMain).position.value));
      }
      if (!filling->finish()) return;
    }
    if (!store->adopt_views(*next)) return;
  }
}

}  // namespace annals::test
