#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <sstream>
#include <string>
#include <string_view>

#include "core/crypto.hpp"
#include "core/signed_head.hpp"
#include "storage/backup_file.hpp"
#include "storage/backup_sections.hpp"

using namespace annals;

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

void read_sections(std::string_view payload, BackupSection kind) {
  switch (kind) {
    case BackupSection::manifest: {
      const auto manifest = BackupManifest::read(payload);
      require(BackupManifest::read(manifest.json()) == manifest);
      break;
    }
    case BackupSection::commits:
      for (const auto record : BackupCommits::read(payload)) {
        ByteReader in(record);
        CommitFrame::decode(in);
      }
      break;
    case BackupSection::slots:
      require(BackupSlots::read(payload).encode() == payload);
      break;
    case BackupSection::key_uses:
      require(BackupKeyUses::read(payload).encode() == payload);
      break;
    case BackupSection::root_secret:
    case BackupSection::master_key:
    case BackupSection::erasures:
    case BackupSection::quarantine:
    case BackupSection::end:
      break;
  }
}

void read_file(const std::string& bytes) {
  std::istringstream in(bytes);
  BackupReader reader(in);
  while (const auto section = reader.next()) {
    try {
      read_sections(section->payload, section->kind);
    } catch (const DecodeError&) {
    }
  }
}

/// A whole file of one section, with hashes that a fuzzer would never find.
std::string file_with(std::uint8_t kind, std::string_view payload) {
  std::string bytes;
  ByteWriter out(bytes);
  out.raw("ANNALSBK");
  out.u16(1);
  auto hash = sha256(bytes);
  for (const auto& [number, content] : {std::pair{kind, payload}, std::pair{std::uint8_t{255}, std::string_view()}}) {
    std::string section;
    ByteWriter fields(section);
    fields.u8(number);
    fields.u32(static_cast<std::uint32_t>(content.size()));
    fields.raw(content);
    hash = sha256(std::string(as_view(hash)) + section);
    bytes += section;
    bytes += as_view(hash);
  }
  return bytes;
}

}  // namespace

/// The first byte chooses: the bytes are a file, or a section of that kind in a file that is whole, or a noted head.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  try {
    if (data[0] == 0) {
      read_file(std::string(bytes));
    } else if (data[0] == 128) {
      if (const auto head = SignedHead::parse(bytes)) require(SignedHead::parse(head->json()) == *head);
    } else {
      read_file(file_with(data[0], bytes));
    }
  } catch (const BackupDamage&) {
  } catch (const NewerBackup&) {
  }
  return 0;
}
