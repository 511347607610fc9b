#include "storage/key_store.hpp"

#include <algorithm>
#include <stdexcept>

#include "storage/heads_file.hpp"
#include "storage/problems.hpp"

namespace annals {
namespace {

constexpr std::uint64_t kRefillMax = 8192;
constexpr auto kBusy = std::chrono::seconds(2);  ///< a stock that is used up sooner is refilled with twice as much

std::uint64_t chunk_number(std::uint64_t slot) {
  return (slot - 1) / SlotChunk::kSlots;
}
std::size_t chunk_index(std::uint64_t slot) {
  return static_cast<std::size_t>((slot - 1) % SlotChunk::kSlots);
}

std::string name_slot(PlatformId platform, SlotId slot) {
  return "slot " + std::to_string(slot.value) + " of platform " + std::to_string(platform.value);
}

}  // namespace

std::expected<std::unique_ptr<KeyStore>, StoreProblem> KeyStore::open(const Files& files, const Key& master,
                                                                      Access access,
                                                                      std::function<void()> stock_runs_low) {
  std::unique_ptr<KeyStore> store(new KeyStore(files, master, access, std::move(stock_runs_low)));
  if (access == Access::read_write) {
    const auto status = files.make_directory(KeyFile::kDirectory);
    if (!status.ok()) return std::unexpected(io_problem(files.path(KeyFile::kDirectory), status));
  }
  if (auto found = store->find_platforms(); !found) return std::unexpected(std::move(found.error()));
  return store;
}

KeyStore::KeyStore(const Files& files, const Key& master, Access access, std::function<void()> stock_runs_low)
    : files_(files),
      master_(master),
      mark_key_(derive_mark_key(master)),
      access_(access),
      stock_runs_low_(std::move(stock_runs_low)) {}

std::expected<void, StoreProblem> KeyStore::find_platforms() {
  std::vector<std::string> names;
  const auto directory = files_.path(KeyFile::kDirectory);
  const auto status = files_.env().GetChildren(directory, &names);
  if (is_missing(status)) return {};
  if (!status.ok()) return std::unexpected(io_problem(directory, status));
  for (const auto& name : names) {
    const auto platform = KeyFile::platform_of(name);
    if (!platform) continue;
    if (auto taken = take_in(*platform); !taken) return taken;
  }
  return {};
}

std::expected<void, StoreProblem> KeyStore::take_in(PlatformId id) {
  auto& platform = platform_of(id);
  const auto path = platform.file.path();
  std::string bytes;
  std::uint64_t size = 0;
  auto status = platform.file.size(size);
  if (status.ok()) status = platform.file.read(0, KeyFileFormat::kHeaderBytes + KeyFileFormat::kMarkBytes, bytes);
  if (!status.ok()) return std::unexpected(io_problem(path, status));
  try {
    if (KeyFileFormat::read_header(bytes) != id) throw DecodeError("it belongs to another platform");
    const auto first_slot = KeyFileFormat::offset_of(SlotId{1});
    if (size < first_slot) throw DecodeError("ends too early");
    const auto filled = (size - first_slot) / KeyFileFormat::kSlotBytes;
    const auto next =
        KeyFileFormat::read_mark(mark_key_, id, std::string_view(bytes).substr(KeyFileFormat::kHeaderBytes));
    if (next && next->value > filled + 1) throw DecodeError("slots are missing at its end");
    platform.on_disk = true;
    platform.filled = filled;
    // Without a clean stop any slot on the disk may have been handed out.
    platform.next = next ? next->value : filled + 1;
  } catch (const NewerFormat& newer) {
    return std::unexpected(newer_format(path, newer.format));
  } catch (const DecodeError& damage) {
    return std::unexpected(damaged_file(path, damage.what()));
  }
  return {};
}

KeyStore::Platform& KeyStore::platform_of(PlatformId id) {
  if (auto* known = platforms_.find(id.value)) return *known;
  const std::lock_guard lock(mutex_);
  if (auto* known = platforms_.find(id.value)) return *known;
  auto made = std::make_unique<Platform>(files_, id);
  auto* platform = made.get();
  if (!platforms_.put(id.value, std::move(made))) throw std::runtime_error("a platform's number is out of range");
  all_.push_back(platform);
  return *platform;
}

KeyStore::~KeyStore() {
  cleanse(master_.data(), master_.size());
  cleanse(mark_key_.data(), mark_key_.size());
}

void KeyStore::require_writable() const {
  if (access_ == Access::read_only) throw std::logic_error("the key store is open for reading only");
}

SlotId KeyStore::reserve(PlatformId id) {
  require_writable();
  auto& platform = platform_of(id);
  for (;;) {
    if (!platform.handing_out.load() || platform.next.load() > platform.filled.load()) {
      const auto status = make_ready(platform);
      if (!status.ok()) throw std::runtime_error(platform.file.path() + ": no key slot: " + status.ToString());
    }
    const SlotId slot{platform.next.fetch_add(1)};
    if (platform.filled.load() - slot.value < platform.refill.load() / 2) ask_for_more(platform);
    // One erased or damaged before anybody got it is passed over.
    if (chunk_of(platform, slot).state(chunk_index(slot.value)) == SlotState::present) return slot;
  }
}

rocksdb::Status KeyStore::make_ready(Platform& platform) {
  const std::lock_guard lock(platform.mutex);
  if (platform.next.load() > platform.filled.load()) return fill(platform);
  if (platform.handing_out.load()) return {};
  const auto status = platform.file.write({{KeyFileFormat::kHeaderBytes, KeyFile::no_mark()}});
  if (status.ok()) platform.handing_out = true;
  return status;
}

rocksdb::Status KeyStore::fill(Platform& platform) {
  const auto now = std::chrono::steady_clock::now();
  if (now - platform.last_fill < kBusy) platform.refill = std::min(platform.refill.load() * 2, kRefillMax);
  const auto first = platform.filled.load() + 1;
  const auto last = (chunk_number(platform.filled.load() + platform.refill.load()) + 1) * SlotChunk::kSlots;
  std::vector<Key> keys(last - first + 1);
  std::string slots;
  slots.reserve(keys.size() * KeyFileFormat::kSlotBytes);
  for (std::size_t i = 0; i < keys.size(); ++i) {
    keys[i] = random_key();
    KeyFileFormat::append_slot(master_, platform.id, SlotId{first + i}, keys[i], slots);
  }
  rocksdb::Status status;
  if (!platform.on_disk) status = platform.file.create();
  if (status.ok()) {
    platform.on_disk = true;
    status = platform.file.write(
        {{KeyFileFormat::kHeaderBytes, KeyFile::no_mark()}, {KeyFileFormat::offset_of(SlotId{first}), slots}});
  }
  if (status.ok()) {
    keep(platform, first, keys);
    platform.handing_out = true;
    platform.last_fill = now;
    platform.filled = last;
  }
  cleanse(keys.data(), keys.size() * sizeof(Key));
  return status;
}

void KeyStore::keep(Platform& platform, std::uint64_t first, const std::vector<Key>& keys) const {
  for (std::uint64_t slot = first; slot < first + keys.size(); ++slot) {
    auto* chunk = platform.chunks.find(chunk_number(slot));
    if (chunk == nullptr && chunk_index(slot) == 0) {
      auto fresh = std::make_unique<SlotChunk>();
      chunk = fresh.get();
      if (!platform.chunks.put(chunk_number(slot), std::move(fresh))) throw std::runtime_error("out of key slots");
    }
    // A chunk that began before is read whole from the file when it is first needed.
    if (chunk != nullptr) chunk->store(chunk_index(slot), keys[slot - first]);
  }
}

void KeyStore::ask_for_more(Platform& platform) {
  if (platform.asked_for_more.exchange(true)) return;
  {
    const std::lock_guard lock(mutex_);
    low_.push_back(&platform);
  }
  if (stock_runs_low_) stock_runs_low_();
}

void KeyStore::top_up() {
  std::vector<Platform*> low;
  {
    const std::lock_guard lock(mutex_);
    low.swap(low_);
  }
  for (auto* platform : low) {
    const std::lock_guard lock(platform->mutex);
    platform->asked_for_more = false;
    if (platform->filled.load() + 1 - platform->next.load() < platform->refill.load())
      static_cast<void>(fill(*platform));
  }
}

bool KeyStore::erase(PlatformId id, SlotId slot) {
  require_writable();
  auto& platform = platform_of(id);
  if (slot.value == 0 || slot.value > platform.filled.load()) return true;
  auto& chunk = chunk_of(platform, slot);
  const std::lock_guard lock(platform.mutex);
  // First in memory: whoever asked for the erasure reads it as erased even while the disk refuses.
  chunk.forget(chunk_index(slot.value), SlotState::erased);
  const std::string zeros(KeyFileFormat::kSlotBytes, '\0');
  return platform.file.write({{KeyFileFormat::offset_of(slot), zeros}}).ok();
}

void KeyStore::note_clean_stop() {
  require_writable();
  for (auto* platform : all_) {
    const std::lock_guard lock(platform->mutex);
    if (!platform->handing_out.exchange(false)) continue;
    const auto mark = KeyFileFormat::mark(mark_key_, platform->id, SlotId{platform->next.load()});
    // Without the mark the next start passes over what is left, no more.
    static_cast<void>(platform->file.write({{KeyFileFormat::kHeaderBytes, mark}}));
  }
}

SlotChunk& KeyStore::chunk_of(Platform& platform, SlotId slot) const {
  if (auto* loaded = platform.chunks.find(chunk_number(slot.value))) return *loaded;
  const std::lock_guard lock(platform.mutex);
  if (auto* loaded = platform.chunks.find(chunk_number(slot.value))) return *loaded;
  return load_chunk(platform, chunk_number(slot.value));
}

SlotChunk& KeyStore::load_chunk(Platform& platform, std::uint64_t number) const {
  const SlotId first{number * SlotChunk::kSlots + 1};
  const auto last = std::min(platform.filled.load(), first.value + SlotChunk::kSlots - 1);
  std::string bytes;
  const auto status =
      platform.file.read(KeyFileFormat::offset_of(first), (last - first.value + 1) * KeyFileFormat::kSlotBytes, bytes);
  if (!status.ok()) throw std::runtime_error(platform.file.path() + " cannot be read: " + status.ToString());
  auto chunk = std::make_unique<SlotChunk>();
  for (auto slot = first.value; slot <= last; ++slot) {
    const auto offset = std::min((slot - first.value) * KeyFileFormat::kSlotBytes, bytes.size());
    const auto index = chunk_index(slot);
    try {
      auto key = KeyFileFormat::read_slot(master_, platform.id, SlotId{slot},
                                          std::string_view(bytes).substr(offset, KeyFileFormat::kSlotBytes));
      if (key) {
        chunk->store(index, *key);
        cleanse(key->data(), key->size());
      } else {
        chunk->forget(index, SlotState::erased);
      }
    } catch (const DecodeError&) {
      chunk->forget(index, SlotState::damaged);
    }
  }
  auto& loaded = *chunk;
  if (!platform.chunks.put(number, std::move(chunk))) throw std::runtime_error("a slot's number is out of range");
  return loaded;
}

SlotState KeyStore::key_of(PlatformId id, SlotId slot, Key& key) const {
  auto* platform = platforms_.find(id.value);
  if (platform == nullptr || slot.value == 0 || slot.value > platform->filled.load(std::memory_order_acquire)) {
    return SlotState::absent;
  }
  return chunk_of(*platform, slot).load(chunk_index(slot.value), key);
}

bool KeyStore::holds(PlatformId platform, SlotId slot) const {
  Key key;
  const bool held = key_of(platform, slot, key) == SlotState::present;
  cleanse(key.data(), key.size());
  return held;
}

void KeyStore::seal(PlatformId platform, SlotId slot, std::string_view additional, std::string_view plain,
                    std::string& out) const {
  Key key;
  switch (key_of(platform, slot, key)) {
    case SlotState::present:
      annals::seal(key, additional, plain, out);
      cleanse(key.data(), key.size());
      return;
    case SlotState::absent:
      throw std::runtime_error(name_slot(platform, slot) + " has not been reserved");
    case SlotState::erased:
      throw std::runtime_error(name_slot(platform, slot) + " has been erased");
    case SlotState::damaged:
      throw std::runtime_error(name_slot(platform, slot) + " is damaged in the key store");
  }
}

std::optional<std::string> KeyStore::open(PlatformId platform, SlotId slot, std::string_view additional,
                                          std::string_view sealed) const {
  Key key;
  switch (key_of(platform, slot, key)) {
    case SlotState::present: {
      auto opened = annals::open(key, additional, sealed);
      cleanse(key.data(), key.size());
      if (!opened) throw DecodeError("bytes sealed under " + name_slot(platform, slot) + " do not open");
      return opened;
    }
    case SlotState::erased:
      return std::nullopt;
    case SlotState::absent:
      throw DecodeError(name_slot(platform, slot) + " is not in the key store");
    case SlotState::damaged:
      throw DecodeError(name_slot(platform, slot) + " is damaged in the key store");
  }
  return std::nullopt;
}

}  // namespace annals
