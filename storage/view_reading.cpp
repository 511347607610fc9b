#include <rocksdb/iterator.h>

#include "storage/rocks_views.hpp"
#include "storage/slices.hpp"

namespace annals {
namespace {

[[noreturn]] void unreadable(const rocksdb::Status& status) {
  throw std::runtime_error("the views cannot be read: " + status.ToString());
}

/// Memory that a thread's reads share, so that each costs no allocation. Let go before the engine may end.
struct Found {
  rocksdb::PinnableSlice& value;
  ~Found() { value.Reset(); }
};

class EngineCursor : public ViewCursor {
 public:
  EngineCursor(EngineGate::Pin pin, const EngineReader::Place& place, const KeyStore& keys, PlatformId platform,
               std::string lower, std::string_view start, ScanOrder order)
      : pin_(std::move(pin)),
        keys_(keys),
        platform_(platform),
        lower_key_(std::move(lower)),
        upper_key_(ViewKey::behind(lower_key_)),
        lower_(lower_key_),
        upper_(upper_key_),
        order_(order) {
    rocksdb::ReadOptions options;
    options.snapshot = place.frozen;
    options.iterate_lower_bound = &lower_;
    if (!upper_key_.empty()) options.iterate_upper_bound = &upper_;
    iterator_.reset(pin_->db->NewIterator(options, place.views));
    seek(start);
    require_ok();
  }

  bool valid() const override { return iterator_->Valid(); }
  void next() override {
    switch (order_) {
      case ScanOrder::ascending:
        iterator_->Next();
        break;
      case ScanOrder::descending:
        iterator_->Prev();
        break;
    }
    require_ok();
  }
  std::string_view key() const override { return view_of(iterator_->key()).substr(ViewKey::kPrefixBytes); }
  std::string_view plain() const override { return ValueFormat::parse(view_of(iterator_->value())).plain; }
  StoredValue value() const override {
    return ValueFormat::open(keys_, platform_, view_of(iterator_->key()), view_of(iterator_->value()));
  }

 private:
  void seek(std::string_view start) {
    switch (order_) {
      case ScanOrder::ascending:
        iterator_->Seek(start.empty() ? lower_key_ : lower_key_ + std::string(start));
        break;
      case ScanOrder::descending:
        if (start.empty()) {
          iterator_->SeekToLast();
        } else {
          iterator_->SeekForPrev(lower_key_ + std::string(start));
        }
        break;
    }
  }
  void require_ok() const {
    if (!iterator_->Valid() && !iterator_->status().ok()) unreadable(iterator_->status());
  }

  EngineGate::Pin pin_;
  const KeyStore& keys_;
  PlatformId platform_;
  std::string lower_key_;
  std::string upper_key_;
  rocksdb::Slice lower_;
  rocksdb::Slice upper_;
  ScanOrder order_;
  std::unique_ptr<rocksdb::Iterator> iterator_;
};

}  // namespace

template <class Read>
auto EngineReader::with_value(PlatformId platform, ViewId view, std::string_view key, Read read) const {
  static thread_local std::string whole_key;
  static thread_local rocksdb::PinnableSlice value;
  ViewKey::assign(whole_key, platform, view, key);
  const auto pin = gate_.pin();
  const Found found{value};
  rocksdb::ReadOptions options;
  const auto place = place_in(*pin);
  options.snapshot = place.frozen;
  const auto status = pin->db->Get(options, place.views, slice(whole_key), &value);
  using Answer = std::optional<decltype(read(std::string_view(), std::string_view()))>;
  if (status.ok()) return Answer(read(std::string_view(whole_key), view_of(value)));
  if (!status.IsNotFound()) unreadable(status);
  return Answer();
}

std::optional<StoredValue> EngineReader::get(PlatformId platform, ViewId view, std::string_view key) const {
  return with_value(platform, view, key, [&](std::string_view whole_key, std::string_view value) {
    return ValueFormat::open(keys_, platform, whole_key, value);
  });
}

std::optional<std::string> EngineReader::get_plain(PlatformId platform, ViewId view, std::string_view key) const {
  return with_value(platform, view, key, [](std::string_view, std::string_view value) {
    return std::string(ValueFormat::parse(value).plain);
  });
}

std::unique_ptr<ViewCursor> EngineReader::scan(PlatformId platform, ViewId view, std::string_view prefix,
                                               std::string_view start, ScanOrder order) const {
  auto pin = gate_.pin();
  const auto place = place_in(*pin);
  return std::make_unique<EngineCursor>(std::move(pin), place, keys_, platform, ViewKey::of(platform, view, prefix),
                                        start, order);
}

}  // namespace annals
