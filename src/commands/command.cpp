#include "commands/command.hpp"

#include "commands/fields/body_reader.hpp"

namespace annals {

Command::Command() = default;
Command::Command(const Command& other) = default;
Command::Command(Command&& other) noexcept = default;
Command& Command::operator=(const Command& other) = default;
Command& Command::operator=(Command&& other) noexcept = default;
Command::~Command() = default;

std::string_view name_of(const Command& command) {
  return std::visit([]<class C>(const C&) { return C::kCommand; }, command);
}

bool has_shape_errors(const Command& command) {
  return std::visit(
      [](const auto& one) {
        if constexpr (requires { one.errors; }) {
          return !one.errors.empty();
        } else {
          return false;
        }
      },
      command);
}

std::optional<std::string> platform_key_of(const Body& body) {
  FieldErrors faults;
  BodyReader reader(body, faults);
  return reader.text("platform_key", {Need::optional, false});
}

}  // namespace annals
