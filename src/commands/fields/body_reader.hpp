#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "commands/body.hpp"
#include "commands/fields/messages.hpp"
#include "core/ids.hpp"
#include "core/money.hpp"
#include "core/problem.hpp"
#include "core/time.hpp"

namespace annals {

enum class Need { optional, required };

struct TextRule {
  Need need = Need::optional;
  bool may_be_blank = true;
  std::size_t code_points_max = 255;
};

/// Reads typed fields out of a body and notes what is wrong with them, as Django REST framework words it. Every
/// function gives nullopt for a field that is absent or faulty; where null is a value, the inner nullopt is that.
class BodyReader {
 public:
  /// Does not own its arguments. A body that was no object is one error, and all its fields are absent.
  BodyReader(const Body& body, FieldErrors& errors);

  /// Trimmed.
  std::optional<std::string> text(std::string_view name, const TextRule& rule);
  /// Not blank, at most 254.
  std::optional<std::string> email(std::string_view name);
  /// null and blank are null.
  std::optional<std::optional<std::string>> nullable_email(std::string_view name);
  std::optional<std::string> slug(std::string_view name, Need need, std::size_t code_points_max);
  /// `#RRGGBB`, in hexadecimal digits of either case.
  std::optional<std::string> color(std::string_view name);
  /// Blank, or where a browser may be sent.
  std::optional<std::string> redirect_target(std::string_view name);
  std::optional<bool> boolean(std::string_view name);
  std::optional<std::int64_t> integer(std::string_view name, Need need);
  std::optional<std::optional<std::int64_t>> nullable_integer(std::string_view name);  ///< "" is null
  std::optional<std::uint64_t> natural(std::string_view name, std::uint64_t max);      ///< from 0
  std::optional<Amount> amount(std::string_view name);                                 ///< of 14 digits, two places
  std::optional<Uuid> uuid(std::string_view name, Need need);
  std::optional<std::optional<Uuid>> nullable_uuid(std::string_view name);       ///< "" is null
  std::optional<std::optional<Timestamp>> nullable_time(std::string_view name);  ///< "" is null; a date: its beginning
  std::optional<std::optional<Day>> nullable_day(std::string_view name);         ///< "" is null
  /// The number of a record that others point at; what cannot be one is no record.
  template <class Id>
  std::optional<Id> reference(std::string_view name, Need need) {
    const auto number = integer(name, need);
    return number ? numbered<Id>(name, *number) : std::nullopt;
  }
  template <class Id>
  std::optional<std::optional<Id>> nullable_reference(std::string_view name) {  ///< "" is null
    const auto number = nullable_integer(name);
    if (!number) return std::nullopt;
    if (!*number) return std::optional<Id>();
    const auto id = numbered<Id>(name, **number);
    return id ? std::optional<std::optional<Id>>(id) : std::nullopt;
  }
  template <class Id>
  std::optional<std::optional<Id>> nullable_uuid_as(std::string_view name) {  ///< "" is null
    const auto uuid = nullable_uuid(name);
    if (!uuid) return std::nullopt;
    return *uuid ? std::optional(Id(**uuid)) : std::optional<Id>();
  }
  /// Of a field that this request must not name.
  void refuse(std::string_view name, std::string message);
  /// At least a second and at most 100 years; null as if absent.
  std::optional<std::chrono::seconds> duration(std::string_view name);
  std::optional<JsonText> json(std::string_view name);        ///< any value
  std::optional<JsonText> dictionary(std::string_view name);  ///< an object

  /// One of those that `named` knows by their text: `named(std::string_view) → std::optional<T>`.
  template <class Named>
  auto choice(std::string_view name, Named named, Need need = Need::optional) -> decltype(named(name)) {
    const auto given = choice_text(name, need);
    if (!given) return std::nullopt;
    auto chosen = named(*given);
    if (!chosen) fail(name, message::no_such_choice(*given));
    return chosen;
  }

  /// Required and not empty.
  std::optional<std::vector<Uuid>> uuids(std::string_view name);
  /// Not blank each, at most 255.
  std::optional<std::vector<std::string>> texts(std::string_view name);
  std::optional<std::vector<std::int64_t>> integers(std::string_view name);
  /// JSON numbers as numbers, texts trimmed as texts.
  std::optional<std::vector<std::variant<std::int64_t, std::string>>> ids_or_names(std::string_view name);

  void fail(std::string_view name, std::string message);

 private:
  /// One value: a JSON one, or the text that a form sent.
  struct Sent {
    bool form = false;
    std::string_view value;
    JsonKind kind() const;
    std::optional<std::string> text() const;  ///< of strings and numbers
  };
  /// What an empty text in a form stands for.
  enum class FormBlank { itself, null, nothing };

  /// nullopt: absent (an error when it is needed). A form's last value counts.
  std::optional<Sent> find(std::string_view name, Need need, FormBlank blank);
  /// Like `find`, where null is an error.
  std::optional<Sent> take(std::string_view name, Need need, FormBlank blank);
  std::optional<std::vector<Sent>> take_list(std::string_view name, Need need);
  std::optional<std::string> choice_text(std::string_view name, Need need);
  std::optional<JsonText> parsed(std::string_view name, const Sent& sent);
  bool is_null_or_blank(const Sent& sent) const;
  std::optional<std::int64_t> integer_of(const Sent& sent) const;
  template <class Id>
  std::optional<Id> numbered(std::string_view name, std::int64_t number) {
    if (number > 0) return Id{static_cast<typename Id::rep>(number)};
    fail(name, message::no_such_pk(std::to_string(number)));
    return std::nullopt;
  }
  std::optional<Uuid> uuid_of(const Sent& sent) const;
  /// Faults are the message; the value else.
  using Checked = std::variant<std::string, std::vector<std::string>>;
  Checked checked_text(const Sent& sent, const TextRule& rule) const;
  template <class Check>
  std::optional<std::string> text_that(std::string_view name, const TextRule& rule, Check check,
                                       std::string_view message, const Sent& sent);
  void fail(std::string_view name, std::vector<std::string> messages);
  void fail_items(std::string_view name, std::vector<ItemError> items);

  const Body& body_;
  FieldErrors& errors_;
};

/// Sorts by where `fields` lists the names: those of shape and state together, in the schema's order. A field has at
/// most one error.
FieldErrors in_schema_order(FieldErrors errors, std::initializer_list<std::string_view> fields);

/// Of bodies that may name their platform: that it is a text. Which platform it means was settled before.
void check_platform_key(BodyReader& reader);

}  // namespace annals
