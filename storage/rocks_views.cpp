#include "storage/rocks_views.hpp"

#include "storage/rocks_filling.hpp"

namespace annals {

bool RocksViews::write(ViewOverlay& changes) {
  auto& overlay = dynamic_cast<Overlay&>(changes);
  const bool written =
      write([&](rocksdb::WriteBatch& batch, const Engine& engine) { overlay.add_to(batch, engine.views(role_)); });
  if (written) overlay.clear();
  return written;
}

template <class Fill>
bool RocksViews::write(Fill fill) {
  try {
    const auto pin = gate_.pin();
    if (refuses_ || !pin->takes_writes()) return false;
    rocksdb::WriteBatch batch;
    fill(batch, *pin);
    rocksdb::WriteOptions options;
    options.sync = sync_;
    return pin->db->Write(options, &batch).ok();
  } catch (const StoreClosed&) {
    return false;
  }
}

std::unique_ptr<ViewFilling> RocksViews::fill(std::size_t portion_bytes) {
  if (role_ == ViewsRole::side) throw std::logic_error("only the views are filled from the log");
  return std::make_unique<RocksFilling>(gate_, role_, latest_, keys_, refuses_, portion_bytes);
}

bool RocksViews::takes_writes() const {
  const auto pin = gate_.pin();
  return !refuses_ && pin->takes_writes();
}

bool RocksViews::is_empty(PlatformId platform, ViewId view) const {
  try {
    return !latest_.scan(platform, view, {}, {}, ScanOrder::ascending)->valid();
  } catch (const std::runtime_error&) {  // what cannot be read is there
    return false;
  }
}

void RocksViews::clear(PlatformId platform, ViewId view) {
  if (takes_writes() && is_empty(platform, view)) return;  // every later reading looks at a deleted range
  const auto begin = ViewKey::of(platform, view);
  auto end = ViewKey::behind(begin);
  if (end.empty()) end.assign(1024, '\xFF');
  const bool cleared = write(
      [&](rocksdb::WriteBatch& batch, const Engine& engine) { batch.DeleteRange(engine.views(role_), begin, end); });
  if (!cleared) throw std::runtime_error("a view cannot be cleared: the store refuses writes");
}

}  // namespace annals
