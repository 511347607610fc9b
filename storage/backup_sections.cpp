#include "storage/backup_sections.hpp"

#include <charconv>
#include <limits>

#include "core/json.hpp"

namespace annals {
namespace {

using Members = std::vector<std::pair<std::string, std::string_view>>;

std::string_view member(const Members& members, std::string_view name, JsonKind kind) {
  for (const auto& [key, value] : members) {
    if (key == name && json_kind(value) == kind) return value;
  }
  throw DecodeError("the manifest says nothing of " + std::string(name));
}

std::string text(const Members& members, std::string_view name) {
  return json_string(member(members, name, JsonKind::string));
}

std::uint64_t number(const Members& members, std::string_view name) {
  const auto digits = member(members, name, JsonKind::integer);
  std::uint64_t n = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), n);
  if (error != std::errc() || end != digits.data() + digits.size()) {
    throw DecodeError("the manifest has another number as " + std::string(name));
  }
  return n;
}

Digest hash(const Members& members) {
  const auto hex = text(members, "hash");
  Digest digest{};
  for (std::size_t i = 0; hex.size() == 2 * digest.size() && i < digest.size(); ++i) {
    std::from_chars(hex.data() + 2 * i, hex.data() + 2 * i + 2, digest[i], 16);
  }
  if (to_hex(as_view(digest)) != hex) throw DecodeError("the manifest has a hash that is none");
  return digest;
}

BackupManifest::Platform platform_of(std::string_view object) {
  if (json_kind(object) != JsonKind::object) throw DecodeError("the manifest lists a platform that is none");
  const auto members = json_members(object);
  return {PlatformId{number(members, "platform")},
          text(members, "platform_key"),
          {Position{number(members, "position")}, hash(members)}};
}

}  // namespace

void BackupCommits::append(std::string& payload, std::string_view record) {
  ByteWriter out(payload);
  out.u32(static_cast<std::uint32_t>(record.size()));
  out.raw(record);
}

std::vector<std::string_view> BackupCommits::read(std::string_view payload) {
  std::vector<std::string_view> records;
  for (ByteReader in(payload); !in.empty();) records.push_back(in.raw(in.u32()));
  return records;
}

std::string BackupSlots::encode() const {
  std::string payload;
  ByteWriter out(payload);
  out.u64(platform.value);
  out.u64(first.value);
  out.raw(slots);
  return payload;
}

BackupSlots BackupSlots::read(std::string_view payload) {
  ByteReader in(payload);
  BackupSlots read;
  read.platform.value = in.u64();
  read.first.value = in.u64();
  if (in.size() % kSlotBytes != 0) throw DecodeError("a slot is cut short");
  const auto count = in.size() / kSlotBytes;
  if (read.first.value == 0 || read.first.value > std::numeric_limits<std::uint32_t>::max() || count == 0) {
    throw DecodeError("its slots are out of range");
  }
  read.slots = in.raw(in.size());
  return read;
}

std::string BackupKeyUses::encode() const {
  std::string payload;
  ByteWriter out(payload);
  out.u64(platform.value);
  for (const auto& [key, at] : uses) {
    out.u64(key.value);
    out.i64(at);
  }
  return payload;
}

BackupKeyUses BackupKeyUses::read(std::string_view payload) {
  ByteReader in(payload);
  BackupKeyUses read{PlatformId{in.u64()}, {}};
  while (!in.empty()) {
    const KeyId key{in.u64()};
    read.uses.emplace_back(key, in.i64());
  }
  return read;
}

std::string BackupManifest::json() const {
  std::string out = R"({"created_at":)" + quote_json(created_at) + R"(,"program":)" + quote_json(program);
  out += R"(,"master_key":)" + std::string(has_master_key ? "true" : "false") + R"(,"platforms":[)";
  for (const auto& each : platforms) {
    if (out.back() != '[') out += ',';
    out += R"({"platform":)" + std::to_string(each.platform.value) + R"(,"platform_key":)" + quote_json(each.key);
    out += R"(,"position":)" + std::to_string(each.head.position.value);
    out += R"(,"hash":")" + to_hex(as_view(each.head.hash)) + "\"}";
  }
  return out += "]}";
}

BackupManifest BackupManifest::read(std::string_view json) {
  const auto parsed = parse_json(json);
  if (!parsed || json_kind(parsed->text) != JsonKind::object) throw DecodeError("the manifest is no JSON object");
  const auto members = json_members(parsed->text);
  BackupManifest manifest;
  manifest.created_at = text(members, "created_at");
  manifest.program = text(members, "program");
  manifest.has_master_key = member(members, "master_key", JsonKind::boolean) == "true";
  for (const auto each : json_elements(member(members, "platforms", JsonKind::array))) {
    auto platform = platform_of(each);
    if (!manifest.platforms.empty() && platform.platform <= manifest.platforms.back().platform) {
      throw DecodeError("the manifest lists its platforms out of order");
    }
    manifest.platforms.push_back(std::move(platform));
  }
  return manifest;
}

std::uint64_t BackupManifest::events() const {
  std::uint64_t all = 0;
  for (const auto& each : platforms) all += each.head.position.value;
  return all;
}

}  // namespace annals
