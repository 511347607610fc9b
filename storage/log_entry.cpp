#include "storage/log_entry.hpp"

#include <algorithm>

#include "core/crypto.hpp"

namespace annals {

CommitRecord LogEntry::decode(const LogKey& key, std::string value) {
  CommitRecord record;
  if (value.size() < CommitFrame::kBytes + record.hash.size()) throw DecodeError("ends too early");
  const auto size = value.size() - record.hash.size();
  std::copy_n(value.begin() + static_cast<std::ptrdiff_t>(size), record.hash.size(), record.hash.begin());
  value.resize(size);
  if (sha256(value) != record.hash) throw DecodeError("its bytes do not match its hash");
  ByteReader in(value);
  record.frame = CommitFrame::decode(in);
  if (record.frame.platform != key.platform) throw DecodeError("it belongs to another platform");
  if (record.frame.first != key.first) throw DecodeError("it belongs at another position");
  if (record.frame.last() < record.frame.first) throw DecodeError("its positions are out of range");
  record.bytes = std::move(value);
  return record;
}

}  // namespace annals
