#include "app/snapshots/taking.hpp"

#include <map>

#include "app/snapshots/living_store.hpp"
#include "app/snapshots/reading_files.hpp"
#include "core/crypto.hpp"
#include "projections/records.hpp"

namespace annals::taking_test {
using namespace annals::test;

namespace {

void nothing(std::uint64_t, std::uint64_t) {}

SnapshotManifest take(Store& store, SnapshotFormat format, const std::filesystem::path& out) {
  std::filesystem::create_directory(out);
  return take_snapshot(store, order_for(format), *store.views().snapshot(), out, nothing);
}
SnapshotManifest take_past(Store& store, SnapshotFormat format, Position at, const std::filesystem::path& out) {
  std::filesystem::create_directory(out);
  return take_past_snapshot(store, order_for(format), at, out, {nothing, nothing});
}

std::map<std::string, std::string> files_in(const std::filesystem::path& directory) {
  std::map<std::string, std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    files[entry.path().filename().string()] = entry.is_directory() ? "a directory" : text_of(entry.path());
  }
  return files;
}

}  // namespace

TEST_CASE("a snapshot holds every field of what is there, and its manifest says of when", "[app][snapshots]") {
  const Scratch scratch;
  const auto store = first_start(scratch / "data");
  const auto organization = done_in(*store, create_organization("Acme"));
  const auto id = json_string(json_members(organization.body).front().second);
  const auto ada =
      person_of(done_in(*store, CreatePerson::from(body({{"name", R"("Ada")"},
                                                         {"primary_email", R"("ada@acme.example")"},
                                                         {"emails", R"(["second@acme.example"])"},
                                                         {"job_title", R"("Analyst")"},
                                                         {"unique_id", R"("ext-1")"},
                                                         {"lifecycle_stage", R"("customer")"},
                                                         {"owner", "1"},
                                                         {"organization", quote_json(id)},
                                                         {"metadata", R"({"plan":"gold","seats":[3,null]})"}}))));
  const auto bob = add_person(*store, "Bob");
  done_in(*store, DeletePerson{bob});
  done_in(*store,
          CreatePolicy::from(body(
              {{"name", R"("Readers")"}, {"role_id", "1"}, {"resources", R"(["all"])"}, {"users_to_add", "[1]"}})));
  done_in(*store, InvitePerson::from(ada, {}));
  for (const auto* name : {R"("VIP")", R"("Gone")"}) {
    done_in(*store, CreateRecord<Tag>::from(body({{"name", name}, {"color", R"("#FF0000")"}})));
  }
  for (const auto* tag : {"1", "2"}) done_in(*store, AttachTag::from(ada, body({{"tag_id", tag}})));
  done_in(*store, AttachTag::from(*OrganizationId::parse(id), body({{"tag_id", "1"}})));
  done_in(*store, DeleteRecord<Tag>{TagId{2}});
  const auto out = scratch / "out";
  const auto manifest = take(*store, SnapshotFormat::sqlite, out);

  CHECK(rows_of(out,
                "SELECT name, primary_email, emails, contact_numbers, job_title, unique_id, lifecycle_stage, owner, "
                "organization, platform_user, active, merged_into, metadata, version FROM persons") ==
        std::vector{"Ada|ada@acme.example|[\"second@acme.example\"]|[]|Analyst|ext-1|customer|1|" + id +
                    "|-|1|-|{\"plan\":\"gold\",\"seats\":[3,null]}|1"});
  CHECK(rows_of(out, "SELECT key, value FROM person_metadata JOIN persons ON persons.id = person ORDER BY key") ==
        std::vector<std::string>{"plan|\"gold\"", "seats|[3,null]"});
  CHECK(rows_of(out, "SELECT name, address, owner, version FROM organizations") ==
        std::vector<std::string>{"Acme|{}|-|1"});
  CHECK(rows_of(out, "SELECT id, person, email, source, open FROM invitations") ==
        std::vector{"1|" + ada.to_string() + "|ada@acme.example|person|1"});
  CHECK(rows_of(out, "SELECT user, username, is_admin, active FROM members") ==
        std::vector<std::string>{"1|admin|1|1"});
  CHECK(rows_of(out, "SELECT count(*) FROM roles JOIN role_actions ON role = id WHERE name = 'Tenant Admin'") ==
        std::vector<std::string>{"1"});
  CHECK(rows_of(out,
                "SELECT p.id, p.name, r.name, resources, user FROM policies AS p "
                "JOIN policy_users ON policy = p.id JOIN roles AS r ON r.id = role") ==
        std::vector<std::string>{"1|Readers|CRM Viewer|[\"all\"]|1"});
  CHECK(rows_of(out, "SELECT id, name, color, metadata, version FROM tags") ==
        std::vector<std::string>{"1|VIP|#FF0000|{}|1"});
  CHECK(rows_of(out, "SELECT id, tag, person, organization, deal FROM tag_assignments ORDER BY id") ==
        std::vector{"1|1|" + ada.to_string() + "|-|-", "3|1|-|" + id + "|-"});

  CHECK(manifest.head == store->log().head(kMainPlatform));
  CHECK(manifest.recorded_at == last_recorded_at(store->views().latest(), kMainPlatform));
  CHECK(manifest.counts.at(0) == std::pair<std::string, std::uint64_t>("persons", 1));
  CHECK(manifest.counts.at(1) == std::pair<std::string, std::uint64_t>("person_metadata", 2));
  REQUIRE(manifest.files.size() == 1);
  CHECK(manifest.files[0].sha256 == sha256(text_of(out / "annals.db")));
  CHECK(*read_manifest(out) == manifest);
  CHECK(files_in(out).size() == 2);
}

TEST_CASE("what is frozen shows nothing of what comes later", "[app][snapshots]") {
  const Scratch scratch;
  const auto store = first_start(scratch / "data");
  const auto ada = add_person(*store, "Ada");
  const auto views = store->views().snapshot();
  const auto head = store->log().head(kMainPlatform);
  rename_person(*store, ada, "Augusta");
  add_person(*store, "Bob");
  std::filesystem::create_directory(scratch / "out");
  const auto manifest = take_snapshot(*store, order_for(SnapshotFormat::sqlite), *views, scratch / "out", nothing);
  CHECK(manifest.head == head);
  CHECK(rows_of(scratch / "out", "SELECT name FROM persons") == std::vector<std::string>{"Ada"});
}

TEST_CASE("a snapshot of a past position equals the one that was taken then", "[app][snapshots]") {
  const Scratch scratch;
  const auto store = first_start(scratch / "data");
  const auto ada = add_person(*store, "Ada");
  add_person(*store, "Bob");
  const auto then = end_of_log(*store);
  const auto before = take(*store, SnapshotFormat::csv, scratch / "then");
  rename_person(*store, ada, "Augusta");
  add_person(*store, "Carol");
  const auto past = take_past(*store, SnapshotFormat::csv, then, scratch / "past");
  CHECK(past == before);
  CHECK(files_in(scratch / "past") == files_in(scratch / "then"));
  const auto now = take(*store, SnapshotFormat::csv, scratch / "now");
  CHECK(now.head.position > then);
  CHECK(files_in(scratch / "now").at("persons.csv") != files_in(scratch / "then").at("persons.csv"));
}

TEST_CASE("no snapshot shows who is erased, not even one of the time before", "[app][snapshots]") {
  const Scratch scratch;
  const auto store = first_start(scratch / "data");
  const auto ada = add_person(*store, "Ada");
  done_in(*store, InvitePerson::from(ada, {}));
  add_person(*store, "Bob");
  const auto then = end_of_log(*store);
  const auto frozen_before = store->views().snapshot();
  erase_person(*store, ada);
  const std::vector<std::string> only_bob{"Bob"};
  take_past(*store, SnapshotFormat::sqlite, then, scratch / "past");
  CHECK(rows_of(scratch / "past", "SELECT name FROM persons") == only_bob);
  std::filesystem::create_directory(scratch / "frozen");
  take_snapshot(*store, order_for(SnapshotFormat::sqlite), *frozen_before, scratch / "frozen", nothing);
  CHECK(rows_of(scratch / "frozen", "SELECT name FROM persons") == only_bob);
  CHECK(rows_of(scratch / "frozen", "SELECT email FROM invitations") == std::vector<std::string>{"-"});
  CHECK(text_of(scratch / "past/annals.db").find("Ada@example.org") == std::string::npos);
}

TEST_CASE("a position is rounded down to a whole commit, and has to be in the log", "[app][snapshots]") {
  const Scratch scratch;
  const auto store = first_start(scratch / "data");
  add_person(*store, "Ada");
  const auto end = end_of_log(*store);
  CHECK(*whole_position(*store, kMainPlatform, end) == end);
  const auto ada_comes = Position{end.value - 1};
  CHECK(*whole_position(*store, kMainPlatform, ada_comes) == ada_comes);
  // The platform and its seeded roles are one commit.
  CHECK(whole_position(*store, kMainPlatform, Position{1}).error() == "No commit ends at or before that position.");
  CHECK(whole_position(*store, kMainPlatform, Position{end.value + 1}).error() ==
        "The log ends at position " + std::to_string(end.value) + ".");
}

TEST_CASE("what is told of the progress may end it", "[app][snapshots]") {
  struct Enough {};
  const Scratch scratch;
  const auto store = first_start(scratch / "data");
  add_person(*store, "Ada");
  std::filesystem::create_directory(scratch / "out");
  const auto views = store->views().snapshot();
  std::uint64_t last = 0;
  CHECK_THROWS_AS(take_snapshot(*store, order_for(SnapshotFormat::csv), *views, scratch / "out",
                                [&](std::uint64_t done, std::uint64_t of) {
                                  last = of;
                                  if (done == of) throw Enough();
                                }),
                  Enough);
  CHECK(last == 1);
}

}  // namespace annals::taking_test
