#include "storage/key_file.hpp"

#include <algorithm>
#include <charconv>

#include "storage/heads_file.hpp"

namespace annals {
namespace {

// On disk; never change.
constexpr std::string_view kKeyFileMagic = "ANNALSKY";
constexpr std::string_view kSuffix = ".keys";

bool all_zero(std::string_view bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](char c) { return c == '\0'; });
}

std::string slot_purpose(PlatformId platform, SlotId slot) {
  std::string purpose = "annals slot";  // on disk through every slot; never change
  append_big_endian(purpose, platform.value);
  append_big_endian(purpose, slot.value);
  return purpose;
}

}  // namespace

Key derive_mark_key(const Key& master) {
  return derive_key(master, "annals key file mark");
}

std::string KeyFileFormat::header(PlatformId platform) {
  std::string bytes;
  ByteWriter out(bytes);
  out.raw(kKeyFileMagic);
  out.u16(kFormat);
  out.raw(std::string(6, '\0'));
  out.u64(platform.value);
  out.raw(as_view(sha256(bytes)).substr(0, 8));
  return bytes;
}

PlatformId KeyFileFormat::read_header(std::string_view bytes) {
  ByteReader in(bytes.substr(0, std::min(bytes.size(), kHeaderBytes)));
  if (in.raw(kKeyFileMagic.size()) != kKeyFileMagic) throw DecodeError("begins with other bytes");
  const auto format = in.u16();
  in.raw(6);
  const PlatformId platform{in.u64()};
  if (as_view(sha256(bytes.substr(0, 24))).substr(0, 8) != in.raw(8)) throw DecodeError("its checksum does not match");
  if (format > kFormat) throw NewerFormat(format);
  if (format == 0) throw DecodeError("format 0");
  return platform;
}

std::string KeyFileFormat::mark(const Key& mark_key, PlatformId platform, SlotId next) {
  std::string signed_bytes = "mark";
  append_big_endian(signed_bytes, platform.value);
  append_big_endian(signed_bytes, next.value);
  std::string bytes;
  ByteWriter out(bytes);
  out.u64(next.value);
  out.u64(0);
  out.raw(as_view(Hmac(mark_key)(signed_bytes)).substr(0, 16));
  return bytes;
}

std::optional<SlotId> KeyFileFormat::read_mark(const Key& mark_key, PlatformId platform, std::string_view bytes) {
  if (bytes.size() != kMarkBytes) return std::nullopt;
  const SlotId next{ByteReader(bytes).u64()};
  if (next.value == 0 || !equal_in_constant_time(mark(mark_key, platform, next), bytes)) return std::nullopt;
  return next;
}

void KeyFileFormat::append_slot(const Key& master, PlatformId platform, SlotId slot, const Key& key, std::string& out) {
  seal(master, slot_purpose(platform, slot), as_view(key), out);
  out.append(kSlotBytes - kSealOverhead - key.size(), '\0');
}

std::optional<Key> KeyFileFormat::read_slot(const Key& master, PlatformId platform, SlotId slot,
                                            std::string_view bytes) {
  if (bytes.size() != kSlotBytes) throw DecodeError("a slot ends too early");
  if (all_zero(bytes)) return std::nullopt;
  auto opened = open(master, slot_purpose(platform, slot), bytes.substr(0, kSealOverhead + 32));
  if (!opened || opened->size() != 32 || !all_zero(bytes.substr(kSealOverhead + 32))) {
    throw DecodeError("a slot does not open under the master key");
  }
  Key key;
  std::copy(opened->begin(), opened->end(), key.begin());
  cleanse(opened->data(), opened->size());
  return key;
}

std::string KeyFile::name_of(PlatformId platform) {
  return std::string(kDirectory) + "/" + std::to_string(platform.value) + std::string(kSuffix);
}

std::optional<PlatformId> KeyFile::platform_of(std::string_view file_name) {
  if (!file_name.ends_with(kSuffix)) return std::nullopt;
  file_name.remove_suffix(kSuffix.size());
  PlatformId platform;
  const auto [end, error] = std::from_chars(file_name.data(), file_name.data() + file_name.size(), platform.value);
  if (error != std::errc() || end != file_name.data() + file_name.size()) return std::nullopt;
  return platform;
}

rocksdb::Status KeyFile::read(std::uint64_t offset, std::size_t count, std::string& bytes) const {
  std::unique_ptr<rocksdb::RandomAccessFile> file;
  auto status = files_.env().NewRandomAccessFile(path(), &file, rocksdb::EnvOptions());
  if (!status.ok()) return status;
  bytes.resize(count);
  rocksdb::Slice read;
  status = file->Read(offset, count, &read, bytes.data());
  if (!status.ok()) return status;
  bytes.assign(read.data(), read.size());
  return status;
}

rocksdb::Status KeyFile::write(std::initializer_list<Piece> pieces) const {
  std::unique_ptr<rocksdb::RandomRWFile> file;
  auto status = files_.env().NewRandomRWFile(path(), &file, rocksdb::EnvOptions());
  for (auto piece = pieces.begin(); status.ok() && piece != pieces.end(); ++piece) {
    status = file->Write(piece->offset, rocksdb::Slice(piece->bytes.data(), piece->bytes.size()));
  }
  if (status.ok()) status = file->Sync();
  if (!file) return status;
  const auto closed = file->Close();
  return status.ok() ? closed : status;
}

}  // namespace annals
