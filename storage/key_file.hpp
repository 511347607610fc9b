#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "core/crypto.hpp"
#include "storage/files.hpp"

namespace annals {

/// How one platform's key file is laid out. On disk; never change.
///   header, 32 bytes: "ANNALSKY" | format u16 | zeros 6 | platform u64 | first 8 bytes of SHA-256 of the 24 before
///   mark, 32 bytes:   next slot u64 | zeros 8 | first 16 bytes of HMAC over "mark", platform and next slot.
///                     Written at a clean stop; zeros, or anything else that does not verify: slots are being handed
///                     out
///   slots from 1, 64 bytes each: the key sealed under the master key (60 bytes) | zeros 4; 64 zeros: no key
struct KeyFileFormat {
  static constexpr std::uint16_t kFormat = 1;
  static constexpr std::size_t kHeaderBytes = 32;
  static constexpr std::size_t kMarkBytes = 32;
  static constexpr std::size_t kSlotBytes = 64;

  static std::uint64_t offset_of(SlotId slot) { return kHeaderBytes + kMarkBytes + (slot.value - 1) * kSlotBytes; }

  static std::string header(PlatformId platform);
  /// Throws DecodeError, NewerFormat.
  static PlatformId read_header(std::string_view bytes);

  static std::string mark(const Key& mark_key, PlatformId platform, SlotId next);
  /// nullopt: no clean stop.
  static std::optional<SlotId> read_mark(const Key& mark_key, PlatformId platform, std::string_view bytes);

  static void append_slot(const Key& master, PlatformId platform, SlotId slot, const Key& key, std::string& out);
  /// nullopt: no key here. Throws DecodeError.
  static std::optional<Key> read_slot(const Key& master, PlatformId platform, SlotId slot, std::string_view bytes);
};

Key derive_mark_key(const Key& master);

/// One platform's key file on disk; opened anew for each operation, so that ten thousand platforms hold no descriptors.
class KeyFile {
 public:
  static constexpr std::string_view kDirectory = "keys";
  static std::string name_of(PlatformId platform);
  /// nullopt: not a name that name_of gives.
  static std::optional<PlatformId> platform_of(std::string_view file_name);

  KeyFile(const Files& files, PlatformId platform) : files_(files), name_(name_of(platform)), platform_(platform) {}

  std::string path() const { return files_.path(name_); }
  rocksdb::Status create() const { return files_.replace(name_, KeyFileFormat::header(platform_) + no_mark()); }
  rocksdb::Status size(std::uint64_t& bytes) const { return files_.env().GetFileSize(path(), &bytes); }
  /// Fewer bytes than asked for at the end of the file.
  rocksdb::Status read(std::uint64_t offset, std::size_t count, std::string& bytes) const;
  struct Piece {
    std::uint64_t offset;
    std::string_view bytes;
  };
  /// All pieces, then one sync.
  rocksdb::Status write(std::initializer_list<Piece> pieces) const;
  static std::string no_mark() { return std::string(KeyFileFormat::kMarkBytes, '\0'); }

 private:
  const Files& files_;
  std::string name_;
  PlatformId platform_;
};

}  // namespace annals
