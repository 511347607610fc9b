#include "app/command_line.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdint>
#include <sstream>

#include "app/exit_codes.hpp"
#include "app/option_values.hpp"
#include "events/enums.hpp"
#include "events/event_types.hpp"

namespace annals {
namespace {

constexpr const char* kFirstStartHelp =
    "In the environment only, read at a first start:\n"
    "  ANNALS_BOOTSTRAP_TOKEN      The first API token (at least 32 characters); else a random one, shown once\n"
    "  ANNALS_ADMIN_EMAIL          The email of user admin; admin@localhost unless set\n"
    "In the environment only:\n"
    "  ANNALS_MASTER_KEY           The master key as 64 hexadecimal digits or base64\n"
    "A flag goes before the environment, the environment before the file, the file before the default.";

constexpr const char* kImportHelp =
    "CSV has a header line, and a comma, semicolon or tab between its columns; NDJSON an object a line. Columns and\n"
    "fields are the API's; `organization` may also be a name, `owner` a username or an email; `organization_name` and\n"
    "`owner_username` go before them. A record's `type` says person or organization; without one, a file with a\n"
    "person's fields holds persons, else one with `address` organizations. The apostrophe that keeps a cell of CSV\n"
    "from being taken for a formula ('=1) is no part of its text.\n"
    "\n"
    "Running it again is harmless: a person whose unique_id is there, and an organization whose name is there, are\n"
    "skipped. Persons without a unique_id are created again each time. With --upsert, what is there gets the fields\n"
    "that the file has (metadata as a whole), and persons need a unique_id.\n"
    "\n"
    "--map reads a column as another field, as metadata.<key> for one key of metadata, or, with nothing behind the =,\n"
    "not at all. --dry-run decides every line and writes nothing; it works beside a running server.\n"
    "\n"
    "Exit codes: 0 done, also with rejected lines; 2 wrong usage, an unknown platform, a file that cannot be read;\n"
    "3 the data directory, or the server, cannot be used.";

constexpr const char* kSnapshotHelp =
    "`annals snapshot diff FROM TO` compares two directories, or with two positions those states of the data "
    "directory.\n"
    "docs/analytics.md describes the tables.";

constexpr const char* kExportHelp =
    "The oldest record comes first. `organization_name` and `owner_username` stand beside the ids, and an import goes\n"
    "by them, so that a file can be read into another platform; import organizations before persons. A cell of CSV\n"
    "that a spreadsheet would take for a formula begins with an apostrophe, which the import takes away again.";

std::string help_of(const OptionRow& row) {
  auto help = fmt::format("{} [{}]", row.help, row.environment());
  if (!row.fallback.empty()) help += fmt::format(" (default {})", row.fallback);
  return help;
}

bool takes(Subcommand subcommand, OptionScope scope) {
  switch (scope) {
    case OptionScope::every_command:
      return true;
    case OptionScope::serve:
      return subcommand == Subcommand::serve;
    case OptionScope::serve_and_rebuild:
      return subcommand == Subcommand::serve || subcommand == Subcommand::rebuild;
  }
  return false;
}

class Parser {
 public:
  Parser() {
    app_.require_subcommand(0, 1);
    app_.set_version_flag("--version", [] { return fmt::format("annals {}", ANNALS_VERSION); });
    add_serve();
    add_replay();
    add_verify();
    add_head();
    add_rebuild();
    add(Subcommand::check, "check", "Rebuilds every projection in a scratch place and compares, record by record");
    add_snapshot();
    add_import();
    add_export();
    add_backup();
    add_restore();
    add_rekey();
    add(Subcommand::version, "version", "Prints the version");
    app_.add_subcommand("help", "Prints this, or with a command behind it that command's help");
  }

  std::expected<CommandLine, NoCommand> parse(std::vector<std::string> arguments) {
    if (!arguments.empty() && arguments.front() == "help") {
      arguments.erase(arguments.begin());
      arguments.emplace_back("--help");
    }
    std::ranges::reverse(arguments);  // as CLI11 wants them
    try {
      app_.parse(arguments);
    } catch (const CLI::ParseError& error) {
      return std::unexpected(explain(error));
    }
    if (app_.get_subcommands().empty()) return std::unexpected(NoCommand{kWrongUsage, app_.help()});
    return std::move(line_);
  }

 private:
  CLI::App* add(Subcommand subcommand, const char* name, const char* help) {
    auto* const command = app_.add_subcommand(name, help);
    command->callback([this, subcommand] { line_.subcommand = subcommand; });
    if (subcommand == Subcommand::version) return command;
    for (const auto& row : option_rows()) {
      if (!takes(subcommand, row.scope)) continue;
      auto* const option =
          command
              ->add_option_function<std::vector<std::string>>(
                  row.flag(),
                  [this, &row](const std::vector<std::string>& values) { line_.flags[std::string(row.name)] = values; },
                  help_of(row))
              ->type_name(std::string(row.value))
              ->type_size(1)
              ->allow_extra_args(false)
              ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
      if (row.value == kSwitchValue) option->expected(0, 1);
    }
    return command;
  }

  void add_serve() {
    auto* const command = add(Subcommand::serve, "serve", "Serves the API");
    command->footer(kFirstStartHelp);
    command->add_flag("--rebuild", line_.serve.rebuild,
                      "Rebuilds the projections from the log while those that are there are served");
  }

  /// CLI11 by itself reads -1 as the largest number there is.
  static CLI::Option* add_position(CLI::App* command, const char* flag, auto& target, const char* help) {
    const auto fault_of = [](const std::string& text) {
      const auto position = parse_count(text, 0, UINT64_MAX);
      return position ? std::string() : position.error();
    };
    return command->add_option(flag, target, help)->type_name("POSITION")->check(fault_of);
  }

  void add_replay() {
    auto* const command = add(Subcommand::replay, "replay", "Prints events as NDJSON, platform after platform");
    auto& arguments = line_.replay;
    add_position(command, "--from", arguments.from, "The first position");
    add_position(command, "--to", arguments.to, "The last position");
    command->add_option("--platform", arguments.platform, "Of this platform only")->type_name("KEY");
    command->add_option("--stream", arguments.stream, "Of this stream only, as in person-<id>")->type_name("STREAM");
    const auto fault_of = [](const std::string& type) {
      return is_event_type(type) ? std::string() : type + " is no type of event";
    };
    command->add_option("--type", arguments.type, "Of this type only, as in PersonCreated")
        ->type_name("TYPE")
        ->check(fault_of);
  }

  void add_verify() {
    auto* const command = add(Subcommand::verify, "verify", "Recomputes the hash chain of every platform's log");
    command->add_option("--platform", line_.verify.platform, "This platform only")->type_name("KEY");
    add_position(command, "--from", line_.verify.from, "The position to begin at");
    command
        ->add_option("--head", line_.verify.head_file,
                     "Proves that the logs extend the signed heads in this file (see head)")
        ->type_name("FILE")
        ->excludes("--platform")
        ->excludes("--from");
  }

  void add_head() {
    auto* const command =
        add(Subcommand::head, "head", "Prints where each platform's log ends, signed, for verify --head");
    command->add_option("--platform", line_.head.platform, "This platform only")->type_name("KEY");
  }

  void add_rebuild() {
    auto* const command = add(Subcommand::rebuild, "rebuild", "Drops the projections and rebuilds them from the log");
    command->add_option("--projection", line_.rebuild.projection, "This projection only")->type_name("NAME");
  }

  void add_snapshot() {
    auto* const command =
        add(Subcommand::snapshot, "snapshot", "Writes a platform's records as of one position into a new directory");
    auto& arguments = line_.snapshot;
    command->footer(kSnapshotHelp);
    command->add_option("--platform", arguments.platform, "Of this platform (default main)")->type_name("KEY");
    auto* const out = command->add_option("--out", arguments.out, "The directory: new, or empty")->type_name("DIR");
    auto* const format = command->add_option_function<std::string>(
        "--format", [&arguments](const std::string& name) { arguments.format = *enum_named<SnapshotFormat>(name); },
        "One database (the default), or a file for each table");
    format->type_name("sqlite|ndjson|csv")->check(CLI::IsMember({"sqlite", "ndjson", "csv"}));
    auto* const at = add_position(command, "--at", arguments.at, "As of this position of the log, else as it is");
    auto* const diff = command->add_subcommand("diff", "Prints as NDJSON what is different between two snapshots");
    diff->fallthrough()->excludes(out)->excludes(format)->excludes(at);
    auto& compared = line_.snapshot_diff;
    diff->add_option("FROM", compared.from, "A directory that holds one in SQLite, or a position")->required();
    diff->add_option("TO", compared.to, "The same")->required();
    diff->add_flag("--summary", compared.summary, "Only how many rows differ in each table");
    command->callback([this, diff] {
      line_.subcommand = diff->parsed() ? Subcommand::snapshot_diff : Subcommand::snapshot;
      line_.snapshot_diff.platform = line_.snapshot.platform;
    });
  }

  void add_import() {
    auto* const command =
        add(Subcommand::import, "import", "Creates persons and organizations from a CSV or NDJSON file");
    auto& arguments = line_.import;
    command->footer(kImportHelp);
    command->add_option("FILE", arguments.file, "The file; - is standard input")->required();
    auto* const platform =
        command->add_option("--platform", arguments.platform, "Into this platform (default main)")->type_name("KEY");
    command->add_option("--format", arguments.format, "Else as the file looks")
        ->type_name("csv|ndjson")
        ->check(CLI::IsMember({"csv", "ndjson"}));
    command->add_option("--type", arguments.type, "What all records are, whatever they say")
        ->type_name("persons|organizations")
        ->check(CLI::IsMember({"persons", "organizations"}));
    command->add_option("--map", arguments.mapping, "Reads a column as this field; may be repeated")
        ->type_name("COLUMN=FIELD")
        ->type_size(1)
        ->allow_extra_args(false)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    command->add_flag("--upsert", arguments.upsert, "Updates what is there instead of skipping it");
    auto* const dry_run =
        command->add_flag("--dry-run", arguments.dry_run, "Says what would be done, and does nothing");
    command->add_option("--rejects", arguments.rejects, "Writes every rejected line there, as NDJSON")
        ->type_name("FILE");
    auto* const server =
        command->add_option("--server", arguments.server, "Through the server that runs there")->type_name("URL");
    command->add_option("--token", arguments.token, "An API token for it [ANNALS_TOKEN]")
        ->type_name("TOKEN")
        ->needs(server);
    server->excludes(platform)->excludes(dry_run)->excludes(command->get_option("--data"));
  }

  void add_export() {
    auto* const command = add(Subcommand::export_records, "export",
                              "Writes persons or organizations as a file that import reads back, also beside a server");
    auto& arguments = line_.exporting;
    command->footer(kExportHelp);
    auto* const records = command->add_option("RECORDS", arguments.records, "persons (the default) or organizations")
                              ->check(CLI::IsMember({"persons", "organizations"}));
    command->add_option("--platform", arguments.platform, "Of this platform (default main)")->type_name("KEY");
    auto* const format = command->add_option("--format", arguments.format, "csv unless given")
                             ->type_name("csv|ndjson")
                             ->check(CLI::IsMember({"csv", "ndjson"}));
    command->add_option("--person", arguments.person, "Everything that is kept of this person, as one JSON object")
        ->type_name("ID")
        ->excludes(records)
        ->excludes(format);
    command->add_option("--out", arguments.out, "The file, which must not be there yet; else standard output")
        ->type_name("FILE");
  }

  void add_backup() {
    auto* const command = add(Subcommand::backup, "backup", "Writes log and keys into one file, also beside a server");
    command->add_option("--out", line_.backup.out, "The file, which must not be there yet")->type_name("FILE");
  }

  void add_restore() {
    auto* const command = add(Subcommand::restore, "restore", "Makes a data directory of a backup");
    command->add_option("--from", line_.restore.from, "The backup")->type_name("FILE");
    command
        ->add_option("--erasures", line_.restore.erasures,
                     "The file `erasures` of the data directory that was served since: who was erased stays so")
        ->type_name("FILE");
  }

  void add_rekey() {
    auto* const command = add(Subcommand::rekey, "rekey", "Puts every key under a new master key");
    auto* const file = command->add_option("--new-master-key-file", line_.rekey.new_master_key_file,
                                           "The new one: 32 bytes raw, as 64 hexadecimal digits or as base64");
    file->type_name("FILE");
    command->add_flag("--generate", line_.rekey.generate, "Makes one and keeps it in the data directory")
        ->excludes(file);
  }

  NoCommand explain(const CLI::ParseError& error) const {
    std::ostringstream out;
    std::ostringstream err;
    if (app_.exit(error, out, err) == 0) return {kDone, out.str()};
    const auto commands = app_.get_subcommands();
    const auto place =
        commands.empty() ? std::string("annals") : fmt::format("annals {}", commands.front()->get_name());
    return {kWrongUsage, fmt::format("annals: {}\n`{} --help` says more.\n", error.what(), place)};
  }

  CLI::App app_{"Annals: a CRM backend that keeps every change", "annals"};
  CommandLine line_;
};

}  // namespace

std::expected<CommandLine, NoCommand> parse_command_line(const std::vector<std::string>& arguments) {
  return Parser().parse(arguments);
}

}  // namespace annals
