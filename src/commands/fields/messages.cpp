#include "commands/fields/messages.hpp"

namespace annals::message {

std::string python_type(JsonKind kind) {
  switch (kind) {
    case JsonKind::null:
      return "NoneType";
    case JsonKind::boolean:
      return "bool";
    case JsonKind::integer:
      return "int";
    case JsonKind::real:
      return "float";
    case JsonKind::string:
      return "str";
    case JsonKind::array:
      return "list";
    case JsonKind::object:
      return "dict";
  }
  return {};
}

std::string too_long(std::size_t code_points_max) {
  return "Ensure this field has no more than " + std::to_string(code_points_max) + " characters.";
}
std::string too_small(std::uint64_t min) {
  return "Ensure this value is greater than or equal to " + std::to_string(min) + '.';
}
std::string too_large(std::uint64_t max) {
  return "Ensure this value is less than or equal to " + std::to_string(max) + '.';
}
std::string amount_fault(AmountFault fault) {
  switch (fault) {
    case AmountFault::not_a_number:
      return "A valid number is required.";
    case AmountFault::too_many_digits:
      return "Ensure that there are no more than 14 digits in total.";
    case AmountFault::too_many_places:
      return "Ensure that there are no more than 2 decimal places.";
    case AmountFault::too_many_whole_digits:
      return "Ensure that there are no more than 12 digits before the decimal point.";
  }
  return {};
}
std::string no_such_pk(std::string_view pk) {
  return "Invalid pk \"" + std::string(pk) + "\" - object does not exist.";
}
std::string no_such_choice(std::string_view choice) {
  return '"' + std::string(choice) + "\" is not a valid choice.";
}
std::string not_a_list(JsonKind kind) {
  return "Expected a list of items but got type \"" + python_type(kind) + "\".";
}
std::string not_a_dictionary(JsonKind kind) {
  return "Expected a dictionary of items but got type \"" + python_type(kind) + "\".";
}
std::string not_a_pk(JsonKind kind) {
  return "Incorrect type. Expected pk value, received " + python_type(kind) + '.';
}

}  // namespace annals::message
