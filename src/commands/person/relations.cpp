#include "commands/person/relations.hpp"

namespace annals {

Relations person_relations() {
  return {};
}

}  // namespace annals
