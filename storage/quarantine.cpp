#include "storage/quarantine.hpp"

#include <charconv>

#include "core/json.hpp"
#include "storage/files.hpp"
#include "storage/problems.hpp"

namespace annals {
namespace {

bool read_number(std::string_view digits, std::uint64_t& number) {
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return error == std::errc() && end == digits.data() + digits.size();
}

std::expected<QuarantinedCommit, std::string> parse_line(std::string_view line) {
  const auto parsed = parse_json(line);
  if (!parsed) return std::unexpected(parsed.error());
  if (json_kind(parsed->text) != JsonKind::object) return std::unexpected("it is no object");
  QuarantinedCommit commit;
  int found = 0;
  for (const auto& [name, value] : json_members(parsed->text)) {
    if (name == "platform") found += read_number(value, commit.platform.value);
    if (name == "first") found += read_number(value, commit.first.value);
    if (name == "last") found += read_number(value, commit.last.value);
    if (json_kind(value) != JsonKind::string) continue;
    if (name == "hash") commit.hash = json_string(value);
    if (name != "at") continue;
    if (const auto time = parse_time(json_string(value))) commit.at = time->at;
  }
  const bool whole = found == 3 && commit.first.value > 0 && commit.first <= commit.last;
  if (!whole || commit.hash.size() != 2 * Digest{}.size()) {
    return std::unexpected("it needs platform, first, last and hash");
  }
  return commit;
}

}  // namespace

std::expected<Quarantine, std::string> Quarantine::parse(std::string_view lines) {
  Quarantine all;
  for (std::size_t number = 1; !lines.empty(); ++number) {
    const auto end = std::min(lines.find('\n'), lines.size());
    const auto line = lines.substr(0, end);
    lines.remove_prefix(std::min(end + 1, lines.size()));
    if (line.empty()) continue;
    auto commit = parse_line(line);
    if (!commit) return std::unexpected("line " + std::to_string(number) + ": " + commit.error());
    all.add(*std::move(commit));
  }
  return all;
}

std::string Quarantine::lines() const {
  std::string all;
  for (const auto& [place, commit] : commits_) {
    all += "{\"platform\": " + std::to_string(commit.platform.value) +
           ", \"first\": " + std::to_string(commit.first.value) + ", \"last\": " + std::to_string(commit.last.value) +
           ", \"hash\": \"" + commit.hash + "\", \"at\": \"" + format_timestamp(commit.at) + "\"}\n";
  }
  return all;
}

std::expected<Quarantine, StoreProblem> Quarantine::read(const Files& files) {
  const auto path = files.path(kName);
  std::string bytes;
  const auto status = files.read(kName, bytes);
  if (is_missing(status)) return Quarantine{};
  if (!status.ok()) return std::unexpected(io_problem(path, status));
  auto parsed = parse(bytes);
  if (!parsed) return std::unexpected(damaged_file(path, parsed.error()));
  return *std::move(parsed);
}

void Quarantine::add(QuarantinedCommit commit) {
  const std::pair place(commit.platform, commit.first);
  commits_.insert_or_assign(place, std::move(commit));
}

bool Quarantine::holds(const CommitRecord& commit) const {
  if (commits_.empty()) return false;
  const auto found = commits_.find({commit.frame.platform, commit.frame.first});
  return found != commits_.end() && found->second.hash == to_hex(as_view(commit.hash));
}

std::vector<QuarantinedCommit> Quarantine::of(PlatformId platform) const {
  std::vector<QuarantinedCommit> own;
  for (auto at = commits_.lower_bound({platform, Position{}}); at != commits_.end(); ++at) {
    if (at->first.first != platform) break;
    own.push_back(at->second);
  }
  return own;
}

std::uint64_t Quarantine::events() const {
  std::uint64_t events = 0;
  for (const auto& [place, commit] : commits_) events += commit.last.value - commit.first.value + 1;
  return events;
}

}  // namespace annals
