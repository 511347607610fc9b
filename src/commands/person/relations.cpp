#include "commands/person/relations.hpp"

#include "commands/person/record_relation.hpp"

namespace annals {

Relations person_relations() {
  static const RecordRelation<Deal> deals;
  static constexpr const Relation* all[] = {&deals};
  return all;
}

}  // namespace annals
