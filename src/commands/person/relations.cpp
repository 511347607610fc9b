#include "commands/person/relations.hpp"

#include <array>

#include "commands/tag/tag_relation.hpp"

namespace annals {

Relations person_relations() {
  static const std::array relations{&tag_relation()};
  return relations;
}

}  // namespace annals
