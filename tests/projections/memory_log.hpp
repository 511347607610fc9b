#pragma once

#include <map>
#include <memory>
#include <vector>

#include "core/crypto.hpp"
#include "storage/commit_log.hpp"

namespace annals::test {

/// Commits in memory, verified when read as the real log verifies them.
class MemoryLog : public CommitLog {
 public:
  AppendStatus append(std::span<const PlatformAppend> group, const ViewOverlay&) override {
    for (const auto& one : group) {
      for (const auto& commit : one.commits) add(commit.bytes);
    }
    return AppendStatus::appended;
  }
  void add(const std::string& bytes) {
    ByteReader in(bytes);
    const auto frame = CommitFrame::decode(in);
    records[frame.platform].push_back({frame, bytes, sha256(bytes)});
  }
  std::vector<PlatformId> platforms() const override {
    std::vector<PlatformId> all;
    for (const auto& [platform, commits] : records) all.push_back(platform);
    return all;
  }
  Head head(PlatformId platform) const override {
    const auto found = records.find(platform);
    if (found == records.end()) return {};
    return {found->second.back().frame.last(), found->second.back().hash};
  }
  std::unique_ptr<CommitCursor> read(PlatformId platform, Position from) const override {
    std::vector<CommitRecord> wanted;
    if (const auto found = records.find(platform); found != records.end()) {
      for (const auto& record : found->second) {
        if (record.frame.last() >= from) wanted.push_back(record);
      }
    }
    return std::make_unique<Cursor>(std::move(wanted));
  }

  std::map<PlatformId, std::vector<CommitRecord>> records;

 private:
  class Cursor : public CommitCursor {
   public:
    explicit Cursor(std::vector<CommitRecord> records) : records_(std::move(records)) {}
    std::optional<CommitRecord> next() override {
      if (at_ == records_.size()) return std::nullopt;
      const auto& record = records_[at_++];
      if (sha256(record.bytes) != record.hash) {
        throw LogDamage(record.frame.platform, record.frame.first, "its hash differs");
      }
      return record;
    }

   private:
    std::vector<CommitRecord> records_;
    std::size_t at_ = 0;
  };
};

}  // namespace annals::test
