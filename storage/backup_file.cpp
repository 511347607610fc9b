#include "storage/backup_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <system_error>

#include "core/commit_frame.hpp"
#include "core/crypto.hpp"

namespace annals {
namespace {

// On disk; never change.
constexpr std::string_view kBackupMagic = "ANNALSBK";
constexpr std::uint16_t kBackupFormat = 1;
constexpr std::size_t kHeadBytes = 10;
constexpr std::size_t kSectionHeadBytes = 5;

/// The largest commit, with room for what stands around it.
constexpr std::size_t kPayloadBytesMax = kCommitBytesMax + (1u << 20);

std::string file_head() {
  std::string bytes;
  ByteWriter out(bytes);
  out.raw(kBackupMagic);
  out.u16(kBackupFormat);
  return bytes;
}

/// The hash of a section's bytes behind the one before it.
Digest chained(const Digest& previous, std::string_view head, std::string_view payload) {
  std::string bytes;
  bytes.reserve(previous.size() + head.size() + payload.size());
  bytes += as_view(previous);
  bytes += head;
  bytes += payload;
  return sha256(bytes);
}

void sync_directory_of(const std::filesystem::path& file) {
  const auto directory = file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
  const int handle = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool synced = handle >= 0 && ::fsync(handle) == 0;
  const int why = errno;
  if (handle >= 0) ::close(handle);
  if (!synced) throw std::system_error(why, std::generic_category(), directory.string());
}

}  // namespace

std::string_view name_of(BackupSection section) {
  switch (section) {
    case BackupSection::manifest:
      return "manifest";
    case BackupSection::root_secret:
      return "root secret";
    case BackupSection::master_key:
      return "master key";
    case BackupSection::commits:
      return "commits";
    case BackupSection::erasures:
      return "erasures";
    case BackupSection::slots:
      return "slots";
    case BackupSection::key_uses:
      return "key uses";
    case BackupSection::quarantine:
      return "quarantine";
    case BackupSection::end:
      return "end";
  }
  return {};
}

BackupWriter::BackupWriter(std::filesystem::path path) : path_(std::move(path)) {
  auto name = path_.string() + ".XXXXXX";
  file_ = ::mkostemp(name.data(), O_CLOEXEC);  // readable by its owner only
  if (file_ < 0) refuse("cannot be made");
  partial_ = name;
  const auto head = file_head();
  write(head);
  hash_ = sha256(head);
}

BackupWriter::~BackupWriter() {
  if (file_ >= 0) ::close(file_);
  std::error_code ignored;
  if (!partial_.empty()) std::filesystem::remove(partial_, ignored);
}

void BackupWriter::refuse(const char* what) const {
  throw std::system_error(errno, std::generic_category(), path_.string() + " " + what);
}

void BackupWriter::write(std::string_view bytes) {
  bytes_ += bytes.size();
  while (!bytes.empty()) {
    const auto written = ::write(file_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) refuse("cannot be written");
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

void BackupWriter::add(BackupSection section, std::string_view payload) {
  if (payload.size() > kPayloadBytesMax) throw std::length_error("a section of a backup is too long");
  std::string head;
  ByteWriter out(head);
  out.u8(static_cast<std::uint8_t>(section));
  out.u32(static_cast<std::uint32_t>(payload.size()));
  hash_ = chained(hash_, head, payload);
  write(head);
  write(payload);
  write(as_view(hash_));
}

bool BackupWriter::finish() {
  add(BackupSection::end, {});
  if (::fsync(file_) != 0) refuse("cannot be written");
  if (::renameat2(AT_FDCWD, partial_.c_str(), AT_FDCWD, path_.c_str(), RENAME_NOREPLACE) != 0) {
    if (errno == EEXIST) return false;
    // A file system that cannot promise it.
    if (errno != EINVAL) refuse("cannot be made");
    if (std::filesystem::exists(path_)) return false;
    std::filesystem::rename(partial_, path_);
  }
  partial_.clear();
  sync_directory_of(path_);
  return true;
}

BackupReader::BackupReader(std::istream& in) : in_(in) {
  std::string head(kHeadBytes, '\0');
  in_.read(head.data(), static_cast<std::streamsize>(head.size()));
  if (!in_ || !head.starts_with(kBackupMagic)) throw BackupDamage("it is no backup of annals");
  const auto format = ByteReader(std::string_view(head).substr(kBackupMagic.size())).u16();
  if (format > kBackupFormat) {
    throw NewerBackup("it is of format " + std::to_string(format) + ", written by a newer annals");
  }
  if (format == 0) throw BackupDamage("it is of format 0, which there never was");
  hash_ = sha256(head);
}

void BackupReader::damaged(std::string_view why) const {
  std::string sentence = "section " + std::to_string(number_);
  if (kind_ && !name_of(*kind_).empty()) sentence += " (" + std::string(name_of(*kind_)) + ")";
  throw BackupDamage(sentence + ": " + std::string(why));
}

void BackupReader::read(char* to, std::size_t count) {
  in_.read(to, static_cast<std::streamsize>(count));
  if (static_cast<std::size_t>(in_.gcount()) != count) damaged("the file ends in the middle of it");
}

std::optional<BackupReader::Section> BackupReader::next() {
  if (kind_ == BackupSection::end) return std::nullopt;
  ++number_;
  kind_.reset();
  std::array<char, kSectionHeadBytes> head;
  read(head.data(), head.size());
  const std::string_view head_bytes(head.data(), head.size());
  ByteReader fields(head_bytes);
  kind_ = static_cast<BackupSection>(fields.u8());
  const std::size_t length = fields.u32();
  if (length > kPayloadBytesMax) damaged("its length was altered");
  Section section{*kind_, {}};
  // The length may lie: no more memory is taken than the file has bytes, by and large.
  constexpr std::size_t kPiece = 1u << 20;
  while (section.payload.size() < length) {
    const auto at = section.payload.size();
    section.payload.resize(std::min(length, at + kPiece));
    read(section.payload.data() + at, section.payload.size() - at);
  }
  Digest stored{};
  read(reinterpret_cast<char*>(stored.data()), stored.size());
  hash_ = chained(hash_, head_bytes, section.payload);
  if (stored != hash_) damaged("its bytes do not match its hash");
  if (name_of(section.kind).empty()) damaged("it is of a kind that this program does not know");
  if (section.kind != BackupSection::end) return section;
  if (length != 0) damaged("it is not empty");
  expect_nothing_more();
  return std::nullopt;
}

void BackupReader::expect_nothing_more() {
  if (in_.peek() != std::istream::traits_type::eof()) damaged("bytes stand behind it");
}

}  // namespace annals
