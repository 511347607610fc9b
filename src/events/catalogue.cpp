#include "events/catalogue.hpp"

#include <utility>
#include <variant>

#include "core/json.hpp"
#include "core/secret_text.hpp"
#include "core/time.hpp"
#include "events/describe.hpp"
#include "events/enums.hpp"
#include "events/event.hpp"

namespace annals {
namespace {

template <class T>
struct Words;  // a new kind of value needs its words here

template <class T>
std::string words_for() {
  return Words<T>::text();
}

#define ANNALS_WORDS(type, words) \
  template <>                     \
  struct Words<type> {            \
    static std::string text() {   \
      return words;               \
    }                             \
  }
ANNALS_WORDS(bool, "boolean");
ANNALS_WORDS(std::uint64_t, "number");
ANNALS_WORDS(std::string, "text");
ANNALS_WORDS(JsonText, "JSON");
ANNALS_WORDS(SecretText, "secret text");
ANNALS_WORDS(Timestamp, "time");
ANNALS_WORDS(Day, "day");
ANNALS_WORDS(Amount, "amount of money");
ANNALS_WORDS(Currency, "currency");
ANNALS_WORDS(Digest, "digest of 32 bytes");
ANNALS_WORDS(Digest128, "digest of 16 bytes");
ANNALS_WORDS(PersonId, "person id");
ANNALS_WORDS(OrganizationId, "organization id");
ANNALS_WORDS(PlatformId, "platform id");
ANNALS_WORDS(UserId, "user id");
ANNALS_WORDS(KeyId, "key id");
ANNALS_WORDS(RoleId, "role id");
ANNALS_WORDS(PolicyId, "policy id");
ANNALS_WORDS(InvitationId, "invitation id");
ANNALS_WORDS(WebhookId, "webhook id");
ANNALS_WORDS(PipelineId, "pipeline id");
ANNALS_WORDS(StageId, "stage id");
ANNALS_WORDS(LeadSourceId, "lead source id");
ANNALS_WORDS(DealId, "deal id");
ANNALS_WORDS(ActivityId, "activity id");
ANNALS_WORDS(TagId, "tag id");
ANNALS_WORDS(AssignmentId, "assignment id");
ANNALS_WORDS(FavoriteId, "favorite id");
ANNALS_WORDS(SavedViewId, "saved view id");
ANNALS_WORDS(SlotId, "key slot");
#undef ANNALS_WORDS

template <NamedEnum E>
struct Words<E> {
  static std::string text() {
    std::string words = "one of";
    for (unsigned byte = 0; byte < 256; ++byte) {
      const auto name = name_of(static_cast<E>(byte));
      if (name.empty()) break;
      words += (byte == 0 ? " " : ", ") + std::to_string(byte) + " " + std::string(name);
    }
    return words;
  }
};
template <class T>
struct Words<std::vector<T>> {
  static std::string text() { return "list of " + words_for<T>(); }
};

template <class T>
std::string optional_words(const T&) {
  return words_for<T>();
}
template <class T>
std::string optional_words(const std::optional<T>&) {
  return words_for<T>() + ", may be absent";
}
template <class T>
std::string optional_words(const std::optional<std::optional<T>>&) {
  return words_for<T>() + " or null, may be absent";
}

/// Fields of a struct that stands as a value: `{1 relation: text, 2 count: number}`.
struct ValueFields {
  std::string words;
  void operator()(std::uint32_t number, std::string_view name, const auto& value) {
    words +=
        (words.empty() ? "{" : ", ") + std::to_string(number) + " " + std::string(name) + ": " + optional_words(value);
  }
};
template <Described T>
struct Words<T> {
  static std::string text() {
    ValueFields fields;
    const T self{};
    T::fields(self, fields);
    return fields.words + "}";
  }
};

class FieldLister {
 public:
  explicit FieldLister(std::vector<CatalogueField>& fields) : fields_(fields) {}
  void operator()(std::uint32_t number, std::string_view name, const auto& value) {
    fields_.push_back({prefix_ + std::to_string(number), std::string(name), !prefix_.empty(), optional_words(value)});
  }
  template <class Part>
  void sealed(std::uint32_t number, const Part&) {
    prefix_ = std::to_string(number) + ".";
    const sealed_data<Part> data{};
    sealed_data<Part>::fields(data, *this);
    prefix_.clear();
  }

 private:
  std::vector<CatalogueField>& fields_;
  std::string prefix_;
};

template <class E>
CatalogueEntry entry_of() {
  CatalogueEntry entry{std::string(E::type), E::schema, {}};
  const E self{};
  FieldLister lister(entry.fields);
  E::fields(self, lister);
  return entry;
}

template <std::size_t... I>
std::vector<CatalogueEntry> entries(std::index_sequence<I...>) {
  return {entry_of<std::variant_alternative_t<I, AnyEvent>>()...};
}

}  // namespace

std::vector<CatalogueEntry> event_catalogue() {
  return entries(std::make_index_sequence<std::variant_size_v<AnyEvent>>());
}

}  // namespace annals
