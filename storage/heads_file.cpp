#include "storage/heads_file.hpp"

#include "core/crypto.hpp"
#include "storage/problems.hpp"

namespace annals {
namespace {

constexpr std::string_view kMagic = "ANNALSHD";  // on disk; never change

}  // namespace

std::string HeadsFile::encode(const Heads& heads) {
  std::string bytes;
  bytes.reserve(kMagic.size() + 6 + heads.size() * 48 + 32);
  ByteWriter out(bytes);
  out.raw(kMagic);
  out.u16(kFormat);
  out.u32(static_cast<std::uint32_t>(heads.size()));
  for (const auto& [platform, head] : heads) {
    out.u64(platform.value);
    out.u64(head.position.value);
    out.raw(as_view(head.hash));
  }
  out.raw(as_view(sha256(bytes)));
  return bytes;
}

Heads HeadsFile::decode(std::string_view bytes) {
  if (bytes.size() < kMagic.size() + 6 + 32) throw DecodeError("ends too early");
  ByteReader in(bytes);
  if (in.raw(kMagic.size()) != kMagic) throw DecodeError("begins with other bytes");
  const auto format = in.u16();
  // Only what is whole may claim to be newer: a flipped byte is damage.
  const auto body = bytes.substr(0, bytes.size() - 32);
  if (as_view(sha256(body)) != bytes.substr(body.size())) throw DecodeError("its checksum does not match");
  if (format > kFormat) throw NewerFormat(format);
  if (format == 0) throw DecodeError("format 0");
  Heads heads;
  for (auto count = in.u32(); count > 0; --count) {
    const PlatformId platform{in.u64()};
    const Position position{in.u64()};
    heads[platform] = Head{position, in.array<32>()};
  }
  in.raw(32);
  in.expect_end();
  return heads;
}

std::expected<Heads, StoreProblem> HeadsFile::read(const Files& files) {
  const auto path = files.path(kName);
  std::string bytes;
  const auto status = files.read(kName, bytes);
  if (is_missing(status)) return Heads{};
  if (!status.ok()) return std::unexpected(io_problem(path, status));
  try {
    return decode(bytes);
  } catch (const NewerFormat& newer) {
    return std::unexpected(newer_format(path, newer.format));
  } catch (const DecodeError& damage) {
    return std::unexpected(
        problem(StoreProblem::Kind::corrupt, path + " is damaged (" + damage.what() +
                                                 "): commits missing at a log's end cannot be told; restore it from a "
                                                 "backup, or remove it to go on without."));
  }
}

rocksdb::Status HeadsFile::write(const Files& files, const Heads& heads) {
  return files.replace(kName, encode(heads));
}

}  // namespace annals
