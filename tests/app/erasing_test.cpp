#include "app/erasing.hpp"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "committing.hpp"
#include "projections/records.hpp"

namespace annals::erasing_test {
using namespace annals::test;

namespace {

constexpr PlatformId kFirst{1};

/// A directory of the test's own.
class Directory {
 public:
  Directory() : path_(std::filesystem::temp_directory_path() / ("annals-erasing-" + random_uuid().to_string())) {
    std::filesystem::create_directory(path_);
  }
  ~Directory() { std::filesystem::remove_all(path_); }
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;
  const std::filesystem::path& path() const { return path_; }
  std::string list() const {
    std::ifstream in(path_ / ErasureList::kName, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  void write_list(std::string_view text) const {
    std::ofstream(path_ / ErasureList::kName, std::ios::binary | std::ios::trunc) << text;
  }

 private:
  std::filesystem::path path_;
};

CommitterOptions listing(const Directory& directory) {
  auto options = Backend::quick();
  options.erasure_list = ErasureList(directory.path());
  return options;
}

PersonId new_person(Backend& backend, const std::string& name) {
  const auto answer = backend.ask(kFirst, create_person(name, name + "@acme.example"));
  REQUIRE(answer.has_value());
  return *PersonId::parse(json_string(json_members(answer->body).front().second));
}
Result<Answer> erase(Backend& backend, PersonId person) {
  return backend.ask(kFirst, ErasePerson::from(person, {}));
}
bool opens(const Backend& backend, const ErasureRow& erasure) {
  std::string sealed;
  try {
    backend.store.sealer().seal(kFirst, erasure.slot, "", "x", sealed);
    return true;
  } catch (const std::runtime_error&) {
    return false;
  }
}
std::vector<ErasureRow> erased(Backend& backend) {
  return erasures(backend.store.views().latest(), kFirst);
}

ErasureRow erasure(std::uint8_t n, std::uint64_t position) {
  ErasureRow row;
  row.person.bytes[15] = n;
  row.slot = SlotId{100u + n};
  row.position = Position{position};
  row.at = from_micros(1780582931482913);
  return row;
}

}  // namespace

TEST_CASE("an erasure is answered when its key is destroyed and the list knows it", "[app]") {
  const Directory directory;
  Backend backend(listing(directory));
  const auto ada = new_person(backend, "ada");
  new_person(backend, "bob");
  const auto answer = erase(backend, ada);
  REQUIRE(answer.has_value());
  CHECK(answer->status == 204);
  const auto all = erased(backend);
  REQUIRE(all.size() == 1);
  CHECK_FALSE(opens(backend, all[0]));
  CHECK(directory.list() == R"({"platform": 1, "person": ")" + ada.to_string() + R"(", "slot": )" +
                                std::to_string(all[0].slot.value) + R"(, "position": )" +
                                std::to_string(all[0].position.value) + R"(, "erased_at": ")" +
                                format_timestamp(all[0].at) + "\"}\n");
  CHECK_FALSE(backend.live->person(kFirst, ada));
  CHECK(code_of(erase(backend, ada)) == ProblemCode::not_found);
}

TEST_CASE("whoever keeps records aside is told of an erasure when its key is destroyed, before the answer", "[app]") {
  const Directory directory;
  auto options = listing(directory);
  Backend* asked = nullptr;
  std::vector<PlatformId> told;
  options.forget_copies = [&](PlatformId platform) {
    CHECK_FALSE(opens(*asked, erased(*asked).back()));
    told.push_back(platform);
    return true;
  };
  Backend backend(options);
  asked = &backend;
  const auto ada = new_person(backend, "ada");
  auto rehearsal = asking(kFirst, ErasePerson::from(ada, {}));
  rehearsal.dry_run = true;
  CHECK(backend.ask(std::move(rehearsal)).has_value());
  CHECK(told.empty());
  CHECK(erase(backend, ada).has_value());
  CHECK(told == std::vector{kFirst});
}

TEST_CASE("what is decided while an erasure is appended finds the person erased", "[app]") {
  const Directory directory;
  Backend backend(listing(directory));
  const auto ada = new_person(backend, "ada");
  Gate gate;
  backend.store.log().before_append = [&gate, held = false]() mutable {
    if (!std::exchange(held, true)) gate.pass();
  };
  auto erasing = backend.submit(kFirst, ErasePerson::from(ada, {}));
  gate.wait_for_arrival();
  auto patch = asking(kFirst, UpdatePerson::from(ada, body({{"job_title", R"("Smith")"}}), Write::patch));
  auto behind = backend.submit_and_let_take(std::move(patch));
  auto rehearsal = asking(kFirst, ErasePerson::from(ada, {}));
  rehearsal.dry_run = true;
  auto rehearsed = backend.submit(std::move(rehearsal));
  CHECK(directory.list().empty());
  gate.open();
  CHECK(Backend::result(erasing).has_value());
  CHECK(code_of(Backend::result(behind)) == ProblemCode::not_found);
  CHECK(code_of(Backend::result(rehearsed)) == ProblemCode::not_found);
  CHECK_FALSE(directory.list().empty());
}

TEST_CASE("while a key cannot be destroyed for good nothing more is written", "[app]") {
  const Directory directory;
  Backend backend(listing(directory));
  const auto ada = new_person(backend, "ada");
  backend.store.failing_erasures = 3;
  CHECK(code_of(erase(backend, ada)) == ProblemCode::outcome_unknown);
  while (!backend.committer->writes_available()) std::this_thread::yield();
  CHECK(backend.store.failing_erasures == 0);
  CHECK(erased(backend).size() == 1);
  CHECK_FALSE(directory.list().empty());
  new_person(backend, "bob");
}

TEST_CASE("erasures that a crash left half done are completed, each once", "[app]") {
  const Directory directory;
  Backend backend(listing(directory));
  const auto ada = new_person(backend, "ada");
  const auto bob = new_person(backend, "bob");
  REQUIRE(erase(backend, ada).has_value());
  REQUIRE(erase(backend, bob).has_value());
  backend.stop();
  const auto whole = directory.list();
  Erasing erasing(backend.store, ErasureList(directory.path()));
  for (const auto kept : {std::size_t{0}, std::size_t{5}, whole.find('\n') + 1, whole.size() - 9, whole.size()}) {
    INFO(kept << " bytes of the list were written");
    directory.write_list(whole.substr(0, kept));
    REQUIRE(erasing.complete());
    CHECK(directory.list() == whole);
  }
  std::filesystem::remove(directory.path() / ErasureList::kName);
  backend.store.failing_erasures = 1;
  CHECK_FALSE(erasing.complete());
  CHECK(directory.list().empty());
  REQUIRE(erasing.complete());
  CHECK(directory.list() == whole);
}

TEST_CASE("copies are deleted once the key is destroyed, before the list says that it is done", "[app]") {
  const Directory directory;
  std::vector<PlatformId> forgotten;
  bool refuse = true;
  auto options = listing(directory);
  options.forget_copies = [&](PlatformId platform) {
    forgotten.push_back(platform);
    return !std::exchange(refuse, false);
  };
  Backend backend(std::move(options));
  const auto ada = new_person(backend, "ada");
  CHECK(forgotten.empty());
  CHECK(code_of(erase(backend, ada)) == ProblemCode::outcome_unknown);
  while (!backend.committer->writes_available()) std::this_thread::yield();
  CHECK(forgotten == std::vector{kFirst, kFirst});
  CHECK_FALSE(opens(backend, erased(backend).front()));
  CHECK(directory.list().find(ada.to_string()) != std::string::npos);
}

TEST_CASE("an erasure is completed though a restored list is ahead of the log", "[app]") {
  const Directory directory;
  Backend backend(listing(directory));
  const auto ada = new_person(backend, "ada");
  REQUIRE(erase(backend, ada).has_value());
  backend.stop();
  const auto of_ada = directory.list();
  std::filesystem::remove(directory.path() / ErasureList::kName);
  ErasureList list(directory.path());
  REQUIRE(list.append(kFirst, std::vector{erasure(1, 1'000'000)}));
  const auto restored = directory.list();
  REQUIRE(Erasing(backend.store, list).complete());
  CHECK(directory.list() == restored + of_ada);
}

TEST_CASE("the list of erasures knows who is on it, platform by platform", "[app]") {
  const Directory directory;
  ErasureList list(directory.path());
  CHECK(list.noted()->empty());
  const std::vector first{erasure(1, 7), erasure(2, 9)};
  const std::vector second{erasure(3, 4)};
  REQUIRE(list.append(PlatformId{1}, first));
  REQUIRE(list.append(PlatformId{2}, second));
  CHECK(*list.noted() == ErasureList::Noted{{PlatformId{1}, first[0].person},
                                            {PlatformId{1}, first[1].person},
                                            {PlatformId{2}, second[0].person}});
  const auto permissions = std::filesystem::status(directory.path() / ErasureList::kName).permissions();
  CHECK((permissions & std::filesystem::perms::others_all) == std::filesystem::perms::none);
}

TEST_CASE("a list of erasures that cannot be written is left as it was", "[app]") {
  const Directory directory;
  ErasureList list(directory.path() / "missing");
  CHECK_FALSE(list.append(PlatformId{1}, std::vector{erasure(1, 7)}));
  std::filesystem::create_directory(directory.path() / ErasureList::kName);
  ErasureList on_directory(directory.path());
  CHECK_FALSE(on_directory.append(PlatformId{1}, std::vector{erasure(1, 7)}));
}

}  // namespace annals::erasing_test
