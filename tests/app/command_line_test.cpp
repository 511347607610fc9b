#include "app/command_line.hpp"

#include <catch2/catch.hpp>

namespace annals::command_line_test {
namespace {

NoCommand refused(const std::vector<std::string>& arguments) {
  const auto line = parse_command_line(arguments);
  REQUIRE_FALSE(line);
  return line.error();
}

}  // namespace

TEST_CASE("each command is known by its name", "[app]") {
  const std::vector<std::pair<std::string, Subcommand>> rows{
      {"serve", Subcommand::serve},       {"replay", Subcommand::replay},   {"verify", Subcommand::verify},
      {"head", Subcommand::head},         {"rebuild", Subcommand::rebuild}, {"check", Subcommand::check},
      {"backup", Subcommand::backup},     {"restore", Subcommand::restore}, {"rekey", Subcommand::rekey},
      {"snapshot", Subcommand::snapshot}, {"version", Subcommand::version}};
  for (const auto& [name, subcommand] : rows) {
    INFO(name);
    const auto line = parse_command_line({name});
    REQUIRE(line);
    CHECK(line->subcommand == subcommand);
    CHECK_THAT(refused({}).text, Catch::Contains("\n  " + name + " "));
  }
}

TEST_CASE("without a command the help is shown and the exit code says wrong usage", "[app]") {
  CHECK(refused({}).exit_code == 2);
  CHECK(refused({"--help"}).exit_code == 0);
  CHECK(refused({"help"}).text == refused({"--help"}).text);
  CHECK(refused({"help", "replay"}).exit_code == 0);
  CHECK(refused({"help", "replay"}).text == refused({"replay", "--help"}).text);
  CHECK_THAT(refused({"replay", "--help"}).text, Catch::Contains("--stream"));
}

TEST_CASE("the version can be asked for as a flag", "[app]") {
  CHECK(refused({"--version"}).exit_code == 0);
  CHECK_THAT(refused({"--version"}).text, Catch::StartsWith("annals 0."));
}

TEST_CASE("what is not known is refused with exit code 2", "[app]") {
  CHECK(refused({"sing"}).exit_code == 2);
  CHECK(refused({"serve", "--no-such-option", "1"}).exit_code == 2);
  CHECK(refused({"verify", "--listen", "127.0.0.1:1"}).exit_code == 2);
  CHECK(refused({"replay", "--from", "x"}).exit_code == 2);
  CHECK(refused({"serve", "--page-size"}).exit_code == 2);
  CHECK(refused({"serve", "extra"}).exit_code == 2);
  CHECK_THAT(refused({"serve", "--no-such-option"}).text, Catch::Contains("annals serve --help"));
}

TEST_CASE("a snapshot knows its place, format and position, a diff its two sides", "[app]") {
  const auto plain = parse_command_line({"snapshot", "--out", "o"});
  REQUIRE(plain);
  CHECK(plain->snapshot.out == "o");
  CHECK(plain->snapshot.platform == "main");
  CHECK(plain->snapshot.format == SnapshotFormat::sqlite);
  CHECK_FALSE(plain->snapshot.at);
  const auto past = parse_command_line(
      {"snapshot", "--data", "d", "--out", "o", "--format", "csv", "--at", "96", "--platform", "sales"});
  REQUIRE(past);
  CHECK(past->subcommand == Subcommand::snapshot);
  CHECK(past->snapshot.platform == "sales");
  CHECK(past->snapshot.format == SnapshotFormat::csv);
  CHECK(past->snapshot.at == 96);
  const auto diff =
      parse_command_line({"snapshot", "diff", "7", "9", "--summary", "--data", "d", "--platform", "sales"});
  REQUIRE(diff);
  CHECK(diff->subcommand == Subcommand::snapshot_diff);
  CHECK(diff->snapshot_diff.from == "7");
  CHECK(diff->snapshot_diff.to == "9");
  CHECK(diff->snapshot_diff.platform == "sales");
  CHECK(diff->snapshot_diff.summary);
  CHECK(diff->flags.at("data") == std::vector<std::string>{"d"});
  CHECK(refused({"snapshot", "--format", "xls"}).exit_code == 2);
  CHECK(refused({"snapshot", "--at", "now"}).exit_code == 2);
  CHECK(refused({"snapshot", "diff", "7"}).exit_code == 2);
  CHECK(refused({"snapshot", "--out", "o", "diff", "7", "9"}).exit_code == 2);
}

TEST_CASE("replay and verify take their filters", "[app]") {
  const auto replay = parse_command_line({"replay", "--from", "3", "--to=9", "--platform", "main", "--stream",
                                          "person-1", "--type", "PersonCreated", "--data", "d"});
  REQUIRE(replay);
  CHECK(replay->replay.from == 3);
  CHECK(replay->replay.to == 9);
  CHECK(replay->replay.platform == "main");
  CHECK(replay->replay.stream == "person-1");
  CHECK(replay->replay.type == "PersonCreated");
  CHECK(replay->flags == FlagValues{{"data", {"d"}}});
  const auto verify = parse_command_line({"verify", "--platform", "sales", "--from", "5"});
  REQUIRE(verify);
  CHECK(verify->verify.platform == "sales");
  CHECK(verify->verify.from == 5);
}

TEST_CASE("import takes a file, and where it goes to", "[app]") {
  const auto offline = parse_command_line({"import", "--data", "d", "--platform", "sales", "--format", "csv", "--type",
                                           "organizations", "--rejects", "r", "f.txt"});
  REQUIRE(offline);
  CHECK(offline->subcommand == Subcommand::import);
  CHECK(offline->import.file == "f.txt");
  CHECK(offline->import.platform == "sales");
  CHECK(offline->import.format == "csv");
  CHECK(offline->import.type == "organizations");
  CHECK(offline->import.rejects == "r");
  const auto online = parse_command_line({"import", "--server", "http://h", "--token", "t", "-"});
  REQUIRE(online);
  CHECK(online->import.file == "-");
  CHECK(online->import.server == "http://h");
  CHECK(online->import.token == "t");
  CHECK(online->import.platform == "main");
  CHECK_FALSE(online->import.upsert);
  const auto trial =
      parse_command_line({"import", "--dry-run", "--upsert", "--map", "A=name", "--map", "b=metadata.k", "f.csv"});
  REQUIRE(trial);
  CHECK(trial->import.dry_run);
  CHECK(trial->import.upsert);
  CHECK(trial->import.mapping == std::vector<std::string>{"A=name", "b=metadata.k"});
  CHECK(trial->import.file == "f.csv");
  CHECK(refused({"import", "--server", "http://h", "--dry-run", "f"}).exit_code == 2);
  CHECK(refused({"import"}).exit_code == 2);
  CHECK(refused({"import", "--format", "xml", "f"}).exit_code == 2);
  CHECK(refused({"import", "--type", "deals", "f"}).exit_code == 2);
  CHECK(refused({"import", "--token", "t", "f"}).exit_code == 2);
  CHECK(refused({"import", "--server", "http://h", "--data", "d", "f"}).exit_code == 2);
  CHECK(refused({"import", "--server", "http://h", "--platform", "sales", "f"}).exit_code == 2);
  CHECK_THAT(refused({"import", "--help"}).text, Catch::Contains("unique_id"));
  CHECK_THAT(refused({}).text, Catch::Contains("\n  import "));
}

TEST_CASE("export takes what is exported, and where it goes to", "[app]") {
  const auto all = parse_command_line({"export", "--data", "d"});
  REQUIRE(all);
  CHECK(all->subcommand == Subcommand::export_records);
  CHECK(all->exporting.records == "persons");
  CHECK(all->exporting.format == "csv");
  CHECK(all->exporting.platform == "main");
  const auto chosen =
      parse_command_line({"export", "organizations", "--format", "ndjson", "--platform", "sales", "--out", "f.ndjson"});
  REQUIRE(chosen);
  CHECK(chosen->exporting.records == "organizations");
  CHECK(chosen->exporting.format == "ndjson");
  CHECK(chosen->exporting.platform == "sales");
  CHECK(chosen->exporting.out == "f.ndjson");
  const auto one = parse_command_line({"export", "--person", "id"});
  REQUIRE(one);
  CHECK(one->exporting.person == "id");
  CHECK(refused({"export", "deals"}).exit_code == 2);
  CHECK(refused({"export", "--format", "xml"}).exit_code == 2);
  CHECK(refused({"export", "--person", "id", "--format", "csv"}).exit_code == 2);
  CHECK(refused({"export", "persons", "--person", "id"}).exit_code == 2);
}

TEST_CASE("backup, restore, rekey, head and verify take their files", "[app]") {
  const auto backup = parse_command_line({"backup", "--data", "d", "--out", "file.backup"});
  REQUIRE(backup);
  CHECK(backup->backup.out == "file.backup");
  const auto restore = parse_command_line({"restore", "--from", "file.backup", "--erasures", "list", "--data", "d"});
  REQUIRE(restore);
  CHECK(restore->restore.from == "file.backup");
  CHECK(restore->restore.erasures == "list");
  const auto rekey = parse_command_line({"rekey", "--new-master-key-file", "key"});
  REQUIRE(rekey);
  CHECK(rekey->rekey.new_master_key_file == "key");
  CHECK_FALSE(rekey->rekey.generate);
  CHECK(parse_command_line({"rekey", "--generate"})->rekey.generate);
  CHECK(refused({"rekey", "--generate", "--new-master-key-file", "key"}).exit_code == 2);
  CHECK(parse_command_line({"head", "--platform", "sales"})->head.platform == "sales");
  CHECK(parse_command_line({"verify", "--head", "noted"})->verify.head_file == "noted");
  CHECK(refused({"verify", "--head", "noted", "--platform", "sales"}).exit_code == 2);
}

TEST_CASE("serve rebuilds when it is told to, and quarantine is for serve and rebuild", "[app]") {
  CHECK_FALSE(parse_command_line({"serve"})->serve.rebuild);
  CHECK(parse_command_line({"serve", "--rebuild"})->serve.rebuild);
  const std::vector<std::string> both{"main:4", "sales:9"};
  for (const auto* command : {"serve", "rebuild"}) {
    const auto line = parse_command_line({command, "--quarantine", both[0], "--quarantine", both[1]});
    REQUIRE(line);
    CHECK(line->flags.at("quarantine") == both);
  }
  CHECK(refused({"check", "--quarantine", "main:4"}).exit_code == 2);
}

}  // namespace annals::command_line_test
