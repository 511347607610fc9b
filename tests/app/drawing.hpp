#pragma once

#include "commands/bodies.hpp"
#include "workload.hpp"

/// How a workload's commands are drawn.
namespace annals::test {

template <class Id>
Id unknown_id() {
  if constexpr (requires { Id::parse(""); }) {
    return *Id::parse("c0ffee00-0000-4000-8000-00000000dead");
  } else {
    return Id{4711};
  }
}

inline std::string member_json(std::string_view name, std::string_view value) {
  return ",\"" + std::string(name) + "\":" + std::string(value);
}

/// `{…}` of members that each stand behind a comma.
inline Body object(std::string_view members) {
  return json("{" + std::string(members.substr(members.empty() ? 0 : 1)) + "}");
}

template <class Id>
Id Workload::any_of(const std::vector<Id>& ids) {
  if (ids.empty() || chance(0.05)) return unknown_id<Id>();
  return ids[pick(ids.size())];
}

}  // namespace annals::test
