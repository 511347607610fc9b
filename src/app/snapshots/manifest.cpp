#include "app/snapshots/manifest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "core/bytes.hpp"
#include "core/json.hpp"
#include "core/running_sha256.hpp"
#include "events/enums.hpp"
#include "projections/record_text.hpp"

namespace annals {
namespace {

std::string counts_json(const SnapshotManifest& manifest) {
  ObjectText object;
  for (const auto& [table, rows] : manifest.counts) object.key(table).number(rows);
  return std::move(object).close();
}

std::string files_json(const SnapshotManifest& manifest) {
  std::string out = "[";
  for (const auto& file : manifest.files) {
    if (out.size() > 1) out += ',';
    ObjectText object;
    object.key("name").text(file.name).key("bytes").number(file.bytes);
    object.key("sha256").text(to_hex(as_view(file.sha256)));
    out += std::move(object).close();
  }
  return out + ']';
}

[[noreturn]] void unreadable(std::string_view member) {
  throw DecodeError(std::string(member) + " cannot be read");
}

/// The members of one object, each read as what it has to be.
class ManifestMembers {
 public:
  explicit ManifestMembers(std::string_view object) {
    if (json_kind(object) != JsonKind::object) unreadable("it");
    members_ = json_members(object);
  }
  std::string_view value(std::string_view name) const {
    const auto found = std::ranges::find(members_, name, &std::pair<std::string, std::string_view>::first);
    if (found == members_.end()) unreadable(name);
    return found->second;
  }
  std::string text(std::string_view name) const {
    const auto json = value(name);
    if (json_kind(json) != JsonKind::string) unreadable(name);
    return json_string(json);
  }
  std::uint64_t number(std::string_view name) const {
    const auto json = value(name);
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(json.data(), json.data() + json.size(), number);
    if (error != std::errc() || end != json.data() + json.size()) unreadable(name);
    return number;
  }
  Timestamp time(std::string_view name) const {
    const auto parsed = parse_time(text(name));
    if (!parsed) unreadable(name);
    return parsed->at;
  }
  Digest digest(std::string_view name) const {
    const auto hex = text(name);
    Digest digest{};
    if (hex.size() != 2 * digest.size()) unreadable(name);
    for (std::size_t at = 0; at < digest.size(); ++at) {
      const char* const from = hex.data() + 2 * at;
      const auto [end, error] = std::from_chars(from, from + 2, digest[at], 16);
      if (error != std::errc() || end != from + 2) unreadable(name);
    }
    return digest;
  }
  const auto& all() const { return members_; }

 private:
  std::vector<std::pair<std::string, std::string_view>> members_;
};

SnapshotManifest read(const ManifestMembers& members) {
  SnapshotManifest manifest;
  manifest.schema = members.number("schema");
  const auto format = enum_named<SnapshotFormat>(members.text("format"));
  if (!format) unreadable("format");
  manifest.format = *format;
  manifest.platform.value = members.number("platform");
  manifest.platform_key = members.text("platform_key");
  manifest.head = {Position{members.number("position")}, members.digest("head_hash")};
  manifest.recorded_at = members.time("recorded_at");
  manifest.created_at = members.time("created_at");
  manifest.program = members.text("program");
  const ManifestMembers counts(members.value("counts"));
  for (const auto& [table, rows] : counts.all()) manifest.counts.emplace_back(table, counts.number(table));
  if (json_kind(members.value("files")) != JsonKind::array) unreadable("files");
  for (const auto element : json_elements(members.value("files"))) {
    const ManifestMembers file(element);
    manifest.files.push_back({file.text("name"), file.number("bytes"), file.digest("sha256")});
  }
  return manifest;
}

}  // namespace

std::string SnapshotManifest::json() const {
  ObjectText object;
  object.key("position").number(head.position.value).key("format").text(name_of(format));
  object.key("schema").number(schema).key("platform").number(platform.value).key("platform_key").text(platform_key);
  object.key("head_hash").text(to_hex(as_view(head.hash))).key("recorded_at").time(recorded_at);
  object.key("created_at").time(created_at).key("program").text(program);
  object.key("counts").json(counts_json(*this)).key("files").json(files_json(*this));
  return std::move(object).close();
}

std::expected<SnapshotManifest, std::string> SnapshotManifest::parse(std::string_view json) {
  const auto parsed = parse_json(json);
  if (!parsed) return std::unexpected(parsed.error());
  try {
    return read(ManifestMembers(parsed->text));
  } catch (const DecodeError& error) {
    return std::unexpected(error.what());
  }
}

std::expected<SnapshotManifest, std::string> read_manifest(const std::filesystem::path& directory) {
  const auto path = directory / SnapshotManifest::kFile;
  std::ifstream file(path, std::ios::binary);
  if (!file.is_open()) return std::unexpected(fmt::format("{} holds no snapshot.", directory.string()));
  const std::string text(std::istreambuf_iterator<char>(file), {});
  auto manifest = SnapshotManifest::parse(text);
  if (!manifest) return std::unexpected(fmt::format("{} is no manifest: {}.", path.string(), manifest.error()));
  return manifest;
}

SnapshotManifest::File describe_file(const std::filesystem::path& directory, const std::string& name) {
  std::ifstream in(directory / name, std::ios::binary);
  SnapshotManifest::File file{name, 0, {}};
  RunningSha256 hash;
  std::string piece(1u << 20, '\0');
  while (in) {
    in.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    const auto read = static_cast<std::size_t>(in.gcount());
    hash.add(std::string_view(piece).substr(0, read));
    file.bytes += read;
  }
  if (!in.eof()) throw std::runtime_error(name + " cannot be read");
  file.sha256 = hash.finish();
  return file;
}

}  // namespace annals
