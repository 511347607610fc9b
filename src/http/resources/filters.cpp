#include "http/resources/filters.hpp"

#include <charconv>
#include <cmath>
#include <limits>

#include "commands/fields/spelling.hpp"
#include "core/json.hpp"
#include "events/enums.hpp"

namespace annals::http {
namespace {

/// No user will ever have this number. (0 is taken: the tables read it as no owner.)
constexpr UserId kNobody{std::numeric_limits<UserId::rep>::max()};

/// Whether the text is sign, digits, fraction and exponent, as a decimal number is written.
bool is_decimal(std::string_view text) {
  const auto take_digits = [&] {
    const auto count = std::min(text.find_first_not_of("0123456789"), text.size());
    text.remove_prefix(count);
    return count;
  };
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  auto digits = take_digits();
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    digits += take_digits();
  }
  if (digits == 0) return false;
  if (text.starts_with('e') || text.starts_with('E')) {
    text.remove_prefix(1);
    if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
    if (take_digits() == 0) return false;
  }
  return text.empty();
}

Fault fault_in_text(std::string_view value) {
  if (!is_utf8(value)) return "Not a valid string.";
  if (value.find('\0') != std::string_view::npos) return "Null characters are not allowed.";
  return {};
}

/// Trimmed; empty when it is no text.
std::string_view trim(std::string_view value) {
  return is_utf8(value) ? stripped(value) : std::string_view();
}

}  // namespace

Fault no_such_choice(std::string_view value) {
  const std::string shown = is_utf8(value) ? std::string(value) : "That";
  return "Select a valid choice. " + shown + " is not one of the available choices.";
}

Fault read_text(std::string_view value, std::string& into) {
  auto fault = fault_in_text(value);
  if (fault.empty()) into = stripped(value);
  return fault;
}

Fault read_key(std::string_view value, std::optional<std::string>& into) {
  auto fault = fault_in_text(value);
  if (fault.empty()) into = value;
  return fault;
}

Fault read_boolean(std::string_view value, std::optional<bool>& into) {
  if (value == "true" || value == "True" || value == "TRUE" || value == "1") {
    into = true;
  } else if (value == "false" || value == "False" || value == "FALSE" || value == "0") {
    into = false;
  } else {
    return "Must be a valid boolean.";
  }
  return {};
}

Fault read_user(std::string_view value, std::optional<UserId>& into) {
  value = trim(value);
  if (!is_decimal(value)) return "Enter a number.";
  if (value.starts_with('+')) value.remove_prefix(1);
  into = kNobody;
  UserId user;
  if (const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), user.value);
      error == std::errc() && end == value.data() + value.size()) {
    if (user.value > 0) into = user;
    return {};
  }
  double number = 0;  // `3.0` and `3e0` are 3; beyond 2^53 no user has been given a number
  std::from_chars(value.data(), value.data() + value.size(), number);
  if (number >= 1 && number < 9007199254740992.0 && std::floor(number) == number) {
    into = UserId{static_cast<std::uint64_t>(number)};
  }
  return {};
}

Fault read_organization(std::string_view value, std::optional<OrganizationId>& into) {
  into = OrganizationId::parse(trim(value));
  return into ? Fault() : "Enter a valid UUID.";
}

Fault read_tags(std::string_view value, std::vector<TagId>& into) {
  while (true) {
    const auto comma = std::min(value.find(','), value.size());
    const auto number = whole_number(trim(value.substr(0, comma)));
    if (!number) return "Enter whole numbers with commas between them.";
    into.push_back(TagId{*number});
    if (comma == value.size()) return {};
    value.remove_prefix(comma + 1);
  }
}

Fault read_person(std::string_view value, std::optional<PersonId>& into) {
  into = PersonId::parse(trim(value));
  return into ? Fault() : "Enter a valid UUID.";
}

Fault read_day(std::string_view value, std::optional<Day>& into) {
  into = parse_day(trim(value));
  return into ? Fault() : "Enter a valid date.";
}

Fault read_not_before(std::string_view value, std::optional<Timestamp>& into) {
  const auto time = parse_time(trim(value));
  if (!time) return "Enter a valid date/time.";
  into = time->at;
  return {};
}

Fault read_not_after(std::string_view value, std::optional<Timestamp>& into) {
  const auto time = parse_time(trim(value));
  if (!time) return "Enter a valid date/time.";
  into = time->date_only ? end_of_day(time->at) : time->at;
  return {};
}

}  // namespace annals::http
