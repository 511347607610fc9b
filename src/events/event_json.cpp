#include "core/append_number.hpp"
#include "core/bytes.hpp"
#include "core/json.hpp"
#include "core/money.hpp"
#include "core/secret_text.hpp"
#include "events/commit.hpp"
#include "events/describe.hpp"
#include "events/enums.hpp"

namespace annals {
namespace {

template <Described T>
void append_json(std::string& out, const T& value);

void append_json(std::string& out, bool value) {
  out += value ? "true" : "false";
}
void append_json(std::string& out, std::uint64_t value) {
  append_number(out, value);
}
void append_json(std::string& out, const std::string& value) {
  append_json_string(out, value);
}
void append_json(std::string& out, const JsonText& value) {
  out += value.text;
}
void append_json(std::string& out, const SecretText&) {
  append_json_string(out, SecretText::kHidden);
}
void append_json(std::string& out, Timestamp value) {
  append_json_string(out, format_timestamp(value));
}
void append_json(std::string& out, Day value) {
  append_json_string(out, format_day(value));
}
void append_json(std::string& out, Amount value) {
  append_json_string(out, format_amount(value));
}
void append_json(std::string& out, Currency value) {
  append_json_string(out, value.code());
}
void append_json(std::string& out, const Uuid& value) {
  append_json_string(out, value.to_string());
}
template <std::size_t N>
void append_json(std::string& out, const std::array<std::uint8_t, N>& value) {
  append_json_string(out, to_hex(as_view(value)));
}
template <class Tag>
void append_json(std::string& out, Number<Tag> value) {
  append_json(out, value.value);
}
template <NamedEnum E>
void append_json(std::string& out, E value) {
  append_json_string(out, name_of(value));
}
template <class T>
void append_json(std::string& out, const std::optional<T>& value) {
  if (value) {
    append_json(out, *value);
  } else {
    out += "null";
  }
}
template <class T>
void append_json(std::string& out, const std::vector<T>& items) {
  out += '[';
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i > 0) out += ',';
    append_json(out, items[i]);
  }
  out += ']';
}

/// Appends members to an open object. A field that is absent in the event is absent here.
class MemberWriter {
 public:
  explicit MemberWriter(std::string& out) : out_(out) {}

  template <class T>
  void operator()(std::uint32_t, std::string_view name, const T& value) {
    begin(name);
    append_json(out_, value);
  }
  template <class T>
  void operator()(std::uint32_t, std::string_view name, const std::optional<T>& value) {
    if (!value) return;
    begin(name);
    append_json(out_, *value);
  }
  template <class T>
  void sealed(std::uint32_t, const Sealed<T>& part) {
    if (part.data) {
      T::fields(*part.data, *this);
    } else {
      erased_ = true;
      Nulls nulls{*this};
      const T nothing{};
      T::fields(nothing, nulls);
    }
  }
  template <class T>
  void sealed(std::uint32_t number, const std::optional<Sealed<T>>& part) {
    if (part) sealed(number, *part);
  }
  void finish() {
    if (!erased_) return;
    begin("erased");
    out_ += "true";
  }

 private:
  struct Nulls {
    MemberWriter& members;
    void operator()(std::uint32_t, std::string_view name, const auto&) {
      members.begin(name);
      members.out_ += "null";
    }
  };
  void begin(std::string_view name) {
    if (!first_) out_ += ',';
    first_ = false;
    out_ += '"';
    out_ += name;
    out_ += "\":";
  }

  std::string& out_;
  bool first_ = true;
  bool erased_ = false;
};

template <Described T>
void append_json(std::string& out, const T& value) {
  out += '{';
  MemberWriter members(out);
  T::fields(value, members);
  members.finish();
  out += '}';
}

template <class Id>
std::optional<Id> unless_zero(Id id) {
  return id == Id{} ? std::nullopt : std::optional<Id>(id);
}

/// {"user":…,"username":…,"key":…}
void append_actor(std::string& out, const Actor& actor, const std::optional<std::string>& username) {
  const auto user = unless_zero(actor.user);
  out += R"({"user":)";
  append_json(out, user);
  out += R"(,"username":)";
  append_json(out, user ? username : std::nullopt);
  out += R"(,"key":)";
  append_json(out, unless_zero(actor.key));
  out += '}';
}

void append_data(std::string& out, const Event& event) {
  std::visit([&](const auto& data) { append_json(out, data); }, event);
}

}  // namespace

std::string data_json(const Event& event) {
  std::string out;
  append_data(out, event);
  return out;
}

std::string event_json(const Commit& commit, std::size_t index, const Digest& commit_hash, const EventNames& names) {
  const auto& header = commit.header;
  const auto& recorded = commit.events[index];
  std::string out;
  out.reserve(1024);
  const auto member = [&](std::string_view opening, const auto& value) {
    out += opening;
    append_json(out, value);
  };
  member(R"({"position":)", commit.position_of(index));
  member(R"(,"platform":)", header.frame.platform);
  out += R"(,"platform_key":)";
  append_json_string(out, names.platform_key);
  member(R"(,"stream":)", recorded.stream);
  member(R"(,"version":)", recorded.version);
  out += R"(,"type":)";
  append_json_string(out, type_of(recorded.event));
  member(R"(,"schema":)", std::uint64_t{recorded.schema});
  member(R"(,"id":)", recorded.id);
  member(R"(,"recorded_at":)", recorded.recorded_at);
  out += R"(,"actor":)";
  append_actor(out, header.actor, names.actor_username);
  member(R"(,"correlation_id":)", header.correlation);
  member(R"(,"causation_id":)", header.causation);
  out += R"(,"data":)";
  append_data(out, recorded.event);
  member(R"(,"hash":)", commit_hash);
  out += '}';
  return out;
}

}  // namespace annals
