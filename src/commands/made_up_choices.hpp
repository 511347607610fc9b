#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "commands/decide.hpp"

namespace annals {

/// Makes up ids, for finding out what a command would do before anything is drawn.
class MadeUpChoices : public Choices {
 public:
  Uuid new_uuid() override {
    Uuid uuid;
    for (std::size_t i = 0; i < 8; ++i) uuid.bytes[i] = static_cast<std::uint8_t>(made_ >> (8 * i));
    ++made_;
    return uuid;
  }
  SlotId new_slot() override { return {}; }
  std::string new_secret() override { return {}; }

 private:
  std::uint64_t made_ = 0;
};

}  // namespace annals
