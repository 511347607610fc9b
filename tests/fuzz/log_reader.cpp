#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "core/crypto.hpp"
#include "storage/heads_file.hpp"
#include "storage/key_file.hpp"
#include "storage/log_entry.hpp"
#include "storage/secrets.hpp"
#include "storage/stored_value.hpp"
#include "support/bare_sealer.hpp"

using namespace annals;

namespace {

const Key kMaster{1, 2, 3};
constexpr PlatformId kPlatform{5};

void require(bool holds) {
  if (!holds) std::abort();
}

/// A digest at the end that fits the bytes before it, as a fuzzer would never find one.
std::string with_sha256(std::string_view bytes) {
  return std::string(bytes) + std::string(as_view(sha256(bytes)));
}

void read_commit(std::string_view bytes) {
  const auto value = with_sha256(bytes);
  LogKey key{kPlatform, Position{1}};
  if (bytes.size() >= CommitFrame::kBytes) {
    ByteReader in(bytes);
    in.u16();
    key.platform.value = in.u64();
    key.first.value = in.u64();
  }
  const auto commit = LogEntry::decode(key, value);
  require(commit.bytes == bytes && commit.frame.first == key.first && commit.frame.last() >= key.first);
  std::string frame;
  ByteWriter out(frame);
  commit.frame.encode(out);
  require(bytes.starts_with(frame));
}

void read_value(std::string_view bytes) {
  const test::BareSealer sealer;  // so that what lies behind the seal is reached
  const auto parts = ValueFormat::parse(bytes);
  std::string again;
  if (!parts.slot) {
    ValueFormat::append_plain(parts.plain, again);
  } else if (parts.sealed) {
    ValueFormat::append_sealed(sealer, kPlatform, "key", parts.plain, *parts.slot, *parts.sealed, again);
  } else {
    ValueFormat::append_erased(parts.plain, *parts.slot, again);
  }
  require(again == bytes);
}

void read_heads_file(std::string_view bytes) {
  const auto whole = with_sha256(bytes);
  // Platforms out of order or twice encode to other bytes, but to the same heads.
  const auto heads = HeadsFile::decode(whole);
  require(HeadsFile::decode(HeadsFile::encode(heads)) == heads);
}

void read_key_file(std::string_view bytes) {
  const auto header = bytes.substr(0, 24);
  if (header.size() == 24) {
    const auto platform =
        KeyFileFormat::read_header(std::string(header) + std::string(as_view(sha256(header)).substr(0, 8)));
    require(KeyFileFormat::read_header(KeyFileFormat::header(platform)) == platform);
  }
  static_cast<void>(KeyFileFormat::read_mark(kMaster, kPlatform, bytes));
  static_cast<void>(KeyFileFormat::read_slot(kMaster, kPlatform, SlotId{1}, bytes));
}

}  // namespace

/// The first byte chooses the reader: whatever bytes stand on the disk, it reads them or throws DecodeError.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  try {
    switch (data[0] % 8) {
      case 0:
        read_commit(bytes);
        break;
      case 1:
        static_cast<void>(LogEntry::decode({kPlatform, Position{1}}, std::string(bytes)));
        break;
      case 2:
        read_value(bytes);
        break;
      case 3:
        read_heads_file(bytes);
        break;
      case 4:
        static_cast<void>(HeadsFile::decode(bytes));
        break;
      case 5:
        read_key_file(bytes);
        break;
      case 6:
        static_cast<void>(unwrap_root_secret(kMaster, with_sha256(bytes)));
        break;
      case 7:
        static_cast<void>(parse_master_key(bytes));
        static_cast<void>(LogKey::decode(bytes));
        break;
    }
  } catch (const DecodeError&) {
  }
  return 0;
}
