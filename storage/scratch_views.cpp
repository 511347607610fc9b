#include "storage/scratch_views.hpp"

#include <atomic>

#include "storage/engine_gate.hpp"
#include "storage/problems.hpp"
#include "storage/rocks_views.hpp"

namespace annals {
namespace {

constexpr std::size_t kBlockCacheBytes = 32u << 20;

class ScratchViews : public ByteStore {
 public:
  ScratchViews(std::unique_ptr<Engine> engine, const KeyStore& keys) : views_(gate_, ViewsRole::live, keys, refuses_) {
    gate_.replace(std::move(engine));
  }
  ~ScratchViews() override { gate_.replace(nullptr); }

  const ViewReader& latest() const override { return views_.latest(); }
  std::shared_ptr<const ViewReader> snapshot() const override { return views_.snapshot(); }
  std::unique_ptr<ViewOverlay> overlay() const override { return views_.overlay(); }
  std::unique_ptr<ViewOverlay> overlay_on(const ViewOverlay& below) const override { return views_.overlay_on(below); }
  bool write(ViewOverlay& changes) override { return views_.write(changes); }
  std::unique_ptr<ViewFilling> fill(std::size_t portion_bytes) override { return views_.fill(portion_bytes); }
  void clear(PlatformId platform, ViewId view) override { views_.clear(platform, view); }

 private:
  EngineGate gate_;
  std::atomic<bool> refuses_{false};
  RocksViews views_;
};

}  // namespace

std::expected<std::unique_ptr<ByteStore>, StoreProblem> open_scratch_views(const Store& store,
                                                                           const std::filesystem::path& directory) {
  const Files files(*rocksdb::Env::Default(), directory);
  if (const auto made = files.env().CreateDir(directory.string()); !made.ok()) {
    return std::unexpected(io_problem(directory.string(), made));
  }
  auto engine = Engine::open(files, {Engine::Mode::create, kBlockCacheBytes, {}});
  if (!engine) return std::unexpected(io_problem(directory.string(), engine.error()));
  return std::make_unique<ScratchViews>(*std::move(engine), dynamic_cast<const KeyStore&>(store.sealer()));
}

}  // namespace annals
