#include "storage/secrets.hpp"

#include <algorithm>

#include "storage/heads_file.hpp"
#include "storage/problems.hpp"

namespace annals {
namespace {

// On disk; never change.
constexpr std::string_view kRootSecretMagic = "ANNALSRS";
constexpr std::uint16_t kRootSecretFormat = 1;
constexpr std::string_view kRootSecretPurpose = "annals root secret";
constexpr std::size_t kFileBytes = 8 + 2 + kSealOverhead + 32 + 32;

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

StoreProblem wrong_master_key(std::string sentence) {
  return problem(StoreProblem::Kind::wrong_master_key, std::move(sentence));
}

std::expected<Key, StoreProblem> generated_master_key(const Files& files, bool may_create) {
  const auto path = files.path(kMasterKeyFile);
  std::string text;
  const auto status = files.read(kMasterKeyFile, text);
  if (status.ok()) {
    if (const auto key = parse_master_key(text)) return *key;
    return std::unexpected(damaged_file(path, "it holds no 64 hexadecimal digits"));
  }
  if (!is_missing(status)) return std::unexpected(io_problem(path, status));
  if (!may_create) {
    return std::unexpected(wrong_master_key(path +
                                            " is missing; put it back from a backup, or name the master key that "
                                            "this directory was made with."));
  }
  const Key fresh = random_key();
  if (const auto written = files.replace(kMasterKeyFile, format_master_key(fresh)); !written.ok()) {
    return std::unexpected(io_problem(path, written));
  }
  return fresh;
}

std::expected<Key, StoreProblem> fresh_root_secret(const Files& files, const Key& master) {
  const Key fresh = random_key();
  const auto written = files.replace(kRootSecretFile, wrap_root_secret(master, fresh));
  if (!written.ok()) return std::unexpected(io_problem(files.path(kRootSecretFile), written));
  return fresh;
}

std::expected<Key, StoreProblem> kept_root_secret(const Files& files, const Key& master, std::string_view bytes,
                                                  bool given) {
  const auto path = files.path(kRootSecretFile);
  try {
    if (const auto root = unwrap_root_secret(master, bytes)) return *root;
  } catch (const NewerFormat& newer) {
    return std::unexpected(newer_format(path, newer.format));
  } catch (const DecodeError& damage) {
    return std::unexpected(damaged_file(path, damage.what()));
  }
  return std::unexpected(wrong_master_key(
      given ? "The master key given does not open " + path + "; give the one that this directory was made with."
            : files.path(kMasterKeyFile) + " does not open " + path +
                  "; put back the one that belongs to it, or name the master key that this directory was made with."));
}

}  // namespace

std::optional<Key> parse_master_key(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const auto begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return std::nullopt;
  text = text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
  Key key;
  if (text.size() != key.size() * 2) return std::nullopt;
  for (std::size_t i = 0; i < key.size(); ++i) {
    const int high = hex_digit(text[2 * i]);
    const int low = hex_digit(text[2 * i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    key[i] = static_cast<std::uint8_t>(high << 4 | low);
  }
  return key;
}

std::string format_master_key(const Key& key) {
  return to_hex(as_view(key)) + "\n";
}

SigningKey derive_signing_key(const Secrets& secrets) {
  // On disk through every noted head; never change.
  return SigningKey(derive_key(secrets.root, "annals audit head"));
}

std::string wrap_root_secret(const Key& master, const Key& root) {
  std::string bytes;
  ByteWriter out(bytes);
  out.raw(kRootSecretMagic);
  out.u16(kRootSecretFormat);
  seal(master, kRootSecretPurpose, as_view(root), bytes);
  out.raw(as_view(sha256(bytes)));
  return bytes;
}

std::optional<Key> unwrap_root_secret(const Key& master, std::string_view bytes) {
  ByteReader in(bytes);
  if (in.raw(kRootSecretMagic.size()) != kRootSecretMagic) throw DecodeError("begins with other bytes");
  const auto format = in.u16();
  if (bytes.size() < 32 || as_view(sha256(bytes.substr(0, bytes.size() - 32))) != bytes.substr(bytes.size() - 32)) {
    throw DecodeError("its checksum does not match");
  }
  if (format > kRootSecretFormat) throw NewerFormat(format);
  if (bytes.size() != kFileBytes) throw DecodeError("of another length");
  const auto opened = open(master, kRootSecretPurpose, in.raw(kSealOverhead + 32));
  if (!opened) return std::nullopt;
  Key root;
  std::copy(opened->begin(), opened->end(), root.begin());
  return root;
}

std::expected<Secrets, StoreProblem> open_secrets(const Files& files, const std::optional<Key>& given,
                                                  bool may_create) {
  std::string wrapped;
  const auto found = files.read(kRootSecretFile, wrapped);
  if (!found.ok() && !is_missing(found)) return std::unexpected(io_problem(files.path(kRootSecretFile), found));
  // A master key is only ever generated together with the root secret it wraps.
  const bool fresh = may_create && !found.ok();
  if (!found.ok() && !fresh) {
    return std::unexpected(damaged_file(files.path(kRootSecretFile), "it is missing, but there is data"));
  }
  Secrets secrets;
  if (given) {
    secrets.master = *given;
  } else {
    auto generated = generated_master_key(files, fresh);
    if (!generated) return std::unexpected(std::move(generated.error()));
    secrets.master = *generated;
  }
  auto root = fresh ? fresh_root_secret(files, secrets.master)
                    : kept_root_secret(files, secrets.master, wrapped, given.has_value());
  if (!root) return std::unexpected(std::move(root.error()));
  secrets.root = *root;
  return secrets;
}

}  // namespace annals
