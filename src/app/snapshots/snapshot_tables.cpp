#include "app/snapshots/snapshot_tables.hpp"

#include "core/json.hpp"

namespace annals {
namespace {

SnapshotColumn text(std::string_view name) {
  return {.name = name};
}
SnapshotColumn integer(std::string_view name) {
  return {.name = name, .type = ColumnType::integer};
}
SnapshotColumn boolean(std::string_view name) {
  return {.name = name, .type = ColumnType::boolean};
}
SnapshotColumn json(std::string_view name) {
  return {.name = name, .type = ColumnType::json};
}
SnapshotColumn time(std::string_view name) {
  return {.name = name, .type = ColumnType::time};
}
SnapshotColumn nullable(SnapshotColumn column) {
  column.nullable = true;
  return column;
}
SnapshotColumn indexed(SnapshotColumn column) {
  column.indexed = true;
  return column;
}
SnapshotColumn of_table(std::string_view table, SnapshotColumn column) {
  column.references = table;
  return column;
}

SnapshotTable metadata_of(std::string_view name, std::string_view table, std::string_view id) {
  return {.name = name, .columns = {of_table(table, text(id)), indexed(text("key")), json("value")}, .key_columns = 2};
}

}  // namespace

std::span<const SnapshotTable> snapshot_tables() {
  static const std::vector<SnapshotTable> tables = {
      {.name = "persons",
       .columns = {text("id"), text("name"), indexed(nullable(text("primary_email"))), json("emails"),
                   json("contact_numbers"), text("job_title"), indexed(text("unique_id")),
                   indexed(text("lifecycle_stage")), indexed(nullable(integer("owner"))),
                   indexed(nullable(of_table("organizations", text("organization")))),
                   nullable(integer("platform_user")), boolean("active"), nullable(text("merged_into")),
                   json("metadata"), indexed(time("created_at")), time("updated_at"), integer("version")}},
      metadata_of("person_metadata", "persons", "person"),
      {.name = "organizations",
       .columns = {text("id"), indexed(text("name")), json("address"), indexed(nullable(integer("owner"))),
                   json("metadata"), indexed(time("created_at")), time("updated_at"), integer("version")}},
      metadata_of("organization_metadata", "organizations", "organization"),
      {.name = "invitations",
       .columns = {integer("id"), indexed(nullable(text("person"))), indexed(nullable(text("email"))), text("source"),
                   boolean("is_admin"), boolean("is_staff"), boolean("open"), indexed(time("created_at")),
                   time("expires_at"), nullable(text("redirect_to")), nullable(json("enrollment_config")),
                   nullable(json("metadata"))}},
      {.name = "members",
       .columns = {integer("user"), text("username"), indexed(text("email")), text("name"), boolean("is_admin"),
                   boolean("is_staff"), boolean("active"), nullable(time("expires_at")), time("added_at")}},
      {.name = "roles", .columns = {integer("id"), text("name"), boolean("is_internal")}},
      {.name = "role_actions", .columns = {of_table("roles", integer("role")), text("action")}, .key_columns = 2},
      {.name = "policies",
       .columns = {integer("id"), text("name"), of_table("roles", integer("role")), json("resources")}},
      {.name = "policy_users",
       .columns = {of_table("policies", integer("policy")), indexed(integer("user"))},
       .key_columns = 2},
      {.name = "pipelines",
       .columns = {integer("id"), text("name"), text("code"), boolean("is_default"), integer("rotten_days"),
                   json("metadata"), time("created_at"), time("updated_at"), integer("version")}},
      {.name = "stages",
       .columns = {integer("id"), of_table("pipelines", integer("pipeline")), text("name"), text("code"),
                   integer("probability"), integer("sort_order"), boolean("is_won"), boolean("is_lost"),
                   json("metadata"), time("created_at"), time("updated_at"), integer("version")}},
      {.name = "lead_sources",
       .columns = {integer("id"), text("name"), text("code"), json("metadata"), time("created_at"), time("updated_at"),
                   integer("version")}},
      {.name = "deals",
       .columns = {integer("id"),
                   text("title"),
                   text("description"),
                   text("lead_value"),
                   integer("lead_value_hundredths"),
                   indexed(text("currency")),
                   indexed(text("status")),
                   text("lost_reason"),
                   nullable(text("expected_close_date")),
                   nullable(time("closed_at")),
                   indexed(nullable(of_table("persons", text("person")))),
                   indexed(nullable(of_table("organizations", text("organization")))),
                   of_table("pipelines", integer("pipeline")),
                   indexed(of_table("stages", integer("stage"))),
                   time("stage_since"),
                   nullable(of_table("lead_sources", integer("source"))),
                   indexed(nullable(integer("owner"))),
                   json("metadata"),
                   indexed(time("created_at")),
                   time("updated_at"),
                   integer("version")}},
      {.name = "activities",
       .columns = {integer("id"), text("title"), indexed(text("type")), text("location"), text("comment"),
                   indexed(nullable(time("schedule_from"))), nullable(time("schedule_to")), boolean("is_done"),
                   nullable(time("done_at")), indexed(nullable(of_table("deals", integer("deal")))),
                   indexed(nullable(of_table("persons", text("person")))),
                   indexed(nullable(of_table("organizations", text("organization")))),
                   indexed(nullable(integer("owner"))), nullable(time("reminder_at")), boolean("reminder_sent"),
                   json("metadata"), indexed(time("created_at")), time("updated_at"), integer("version")}},
      {.name = "tags",
       .columns = {integer("id"), indexed(text("name")), text("color"), json("metadata"), time("created_at"),
                   time("updated_at"), integer("version")}},
      {.name = "tag_assignments",
       .columns = {integer("id"), indexed(of_table("tags", integer("tag"))),
                   indexed(nullable(of_table("persons", text("person")))),
                   indexed(nullable(of_table("organizations", text("organization")))),
                   indexed(nullable(of_table("deals", integer("deal"))))}},
  };
  return tables;
}

void append_json_cell(std::string& out, ColumnType type, const SnapshotCell& cell) {
  if (const auto* number = std::get_if<std::int64_t>(&cell)) {
    out += type == ColumnType::boolean ? (*number != 0 ? "true" : "false") : std::to_string(*number);
  } else if (const auto* value = std::get_if<std::string>(&cell)) {
    if (type == ColumnType::json) {
      out += *value;
    } else {
      append_json_string(out, *value);
    }
  } else {
    out += "null";
  }
}

}  // namespace annals
