#include "storage/support.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "core/crypto.hpp"

namespace annals::test {

TempDirectory::TempDirectory() {
  auto name = (std::filesystem::temp_directory_path() / "annals-test-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary directory");
  path_ = std::filesystem::path(name) / "data";
}

TempDirectory::~TempDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_.parent_path(), ignored);
}

StoreOptions options_for(const std::filesystem::path& directory) {
  StoreOptions options;
  options.directory = directory;
  options.block_cache_bytes = 1u << 20;
  return options;
}

namespace {

std::unique_ptr<Store> must(std::expected<std::unique_ptr<Store>, StoreProblem> opened) {
  if (!opened) FAIL(opened.error().sentence);
  return *std::move(opened);
}

}  // namespace

std::unique_ptr<Store> open_store(const StoreOptions& options) {
  return must(Store::open(options));
}
std::unique_ptr<Store> open_beside(const StoreOptions& options) {
  return must(Store::open_beside(options));
}

CommitRecord make_commit(PlatformId platform, const Head& head, std::string_view content, std::uint32_t count) {
  CommitRecord commit;
  commit.frame = CommitFrame{platform, Position{head.position.value + 1}, count, head.hash};
  ByteWriter out(commit.bytes);
  commit.frame.encode(out);
  out.raw(content);
  commit.hash = sha256(commit.bytes);
  return commit;
}

Head head_after(const CommitRecord& commit) {
  return {commit.frame.last(), commit.hash};
}

AppendStatus append(Store& store, PlatformId platform, const std::vector<std::string>& contents, ViewOverlay& views) {
  PlatformAppend append{platform, store.log().head(platform), {}};
  auto head = append.expected;
  for (const auto& content : contents) {
    append.commits.push_back(make_commit(platform, head, content));
    head = head_after(append.commits.back());
  }
  return store.log().append(std::span(&append, 1), views);
}

AppendStatus append(Store& store, PlatformId platform, const std::vector<std::string>& contents) {
  const auto views = store.views().overlay();
  return append(store, platform, contents, *views);
}

std::vector<std::string> read_contents(Store& store, PlatformId platform, Position from) {
  std::vector<std::string> contents;
  const auto cursor = store.log().read(platform, from);
  while (const auto commit = cursor->next()) contents.push_back(commit->bytes.substr(CommitFrame::kBytes));
  return contents;
}

std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream bytes;
  bytes << in.rdbuf();
  return bytes.str();
}

void write_file(const std::filesystem::path& path, std::string_view bytes) {
  std::ofstream(path, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

void flip_byte(const std::filesystem::path& path, std::uintmax_t offset) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekg(static_cast<std::streamoff>(offset));
  const auto byte = static_cast<char>(file.get());
  file.seekp(static_cast<std::streamoff>(offset));
  file.put(static_cast<char>(byte ^ 0x20));
  if (!file) throw std::runtime_error("no such byte");
}

std::vector<std::filesystem::path> files_ending(const std::filesystem::path& directory, std::string_view suffix) {
  std::vector<std::filesystem::path> found;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory)) {
    if (entry.is_regular_file() && entry.path().string().ends_with(suffix)) found.push_back(entry.path());
  }
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace annals::test
