#include "commands/person/relations.hpp"

#include "commands/activity/activity_relation.hpp"
#include "commands/person/favorite_relation.hpp"
#include "commands/person/record_relation.hpp"
#include "commands/tag/tag_relation.hpp"

namespace annals {

Relations person_relations() {
  static const RecordRelation<Deal> deals;
  static const ActivityRelation activities;
  static const TagRelation tags;
  static const FavoriteRelation favorites;
  static constexpr const Relation* all[] = {&deals, &activities, &tags, &favorites};
  return all;
}

}  // namespace annals
