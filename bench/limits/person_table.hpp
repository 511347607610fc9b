#pragma once

#include <array>
#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <roaring/roaring.hh>
#include <string>
#include <string_view>
#include <vector>

namespace limits {

/// Persons as the bytes of their answers, found by id, and by lifecycle stage and owner through bitmaps of ordinals:
/// one for each stage, each owner, each pair of them, and all. One thread.
class PersonTable {
 public:
  struct Filter {
    std::string_view stage;  ///< empty: any
    unsigned owner = 0;      ///< 0: any
  };

  /// `fields` is the JSON object of a person as a client writes it. The answer, which stays where it is.
  std::string_view add(std::string_view fields);
  /// One a line.
  void load(const std::string& file);

  std::optional<std::string_view> find(std::string_view id) const;
  /// Appends the page, newest first, from 1; false: it is past the end.
  bool append_page(const Filter& filter, std::size_t page, std::size_t page_size, std::string& out) const;

 private:
  using Id = std::array<std::uint64_t, 2>;
  static constexpr std::size_t kOwners = 256;
  static constexpr std::size_t kBlockBytes = 64u << 20;

  std::string_view keep(std::string_view answer);
  std::size_t bitmap_of(std::size_t stage, unsigned owner) const { return stage * kOwners + owner % kOwners; }
  std::size_t stage_number(std::string_view stage) const;

  std::vector<std::unique_ptr<char[]>> blocks_;
  std::size_t block_used_ = kBlockBytes;
  std::vector<std::string_view> answers_;  // by ordinal
  boost::unordered_flat_map<Id, std::uint32_t> ordinals_;
  std::vector<std::string> stages_{""};    // the first stands for any
  std::vector<Roaring> bitmaps_{kOwners};  // by stage, then by owner; owner 0 stands for any
};

}  // namespace limits
