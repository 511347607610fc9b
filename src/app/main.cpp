#include <fmt/format.h>

#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "app/command_line.hpp"
#include "app/exit_codes.hpp"
#include "app/subcommands/backup.hpp"
#include "app/subcommands/check.hpp"
#include "app/subcommands/export.hpp"
#include "app/subcommands/head.hpp"
#include "app/subcommands/import.hpp"
#include "app/subcommands/rebuild.hpp"
#include "app/subcommands/rekey.hpp"
#include "app/subcommands/replay.hpp"
#include "app/subcommands/restore.hpp"
#include "app/subcommands/serve.hpp"
#include "app/subcommands/snapshot.hpp"
#include "app/subcommands/verify.hpp"
#include "app/subcommands/version.hpp"
#include "http/transport/log.hpp"

namespace annals {
namespace {

int run(const CommandLine& line) {
  if (line.subcommand == Subcommand::version) return version();
  const auto config = resolve_config(line.flags, process_environment);
  if (!config) return fail(kWrongUsage, config.error());
  const bool serving = line.subcommand == Subcommand::serve;
  http::configure_logging(serving ? name_of(config->log_level) : "warn", serving && config->log_json);
  switch (line.subcommand) {
    case Subcommand::serve:
      return serve(*config, line.serve, process_environment);
    case Subcommand::replay:
      return replay(*config, line.replay);
    case Subcommand::verify:
      return verify(*config, line.verify);
    case Subcommand::head:
      return head(*config, line.head);
    case Subcommand::rebuild:
      return rebuild(*config, line.rebuild);
    case Subcommand::check:
      return check(*config);
    case Subcommand::snapshot:
      return snapshot(*config, line.snapshot);
    case Subcommand::snapshot_diff:
      return snapshot_diff(*config, line.snapshot_diff);
    case Subcommand::import:
      return import_records(*config, line.import, process_environment);
    case Subcommand::export_records:
      return export_records(*config, line.exporting);
    case Subcommand::backup:
      return backup(*config, line.backup);
    case Subcommand::restore:
      return restore(*config, line.restore);
    case Subcommand::rekey:
      return rekey(*config, line.rekey);
    case Subcommand::version:
      break;
  }
  return version();
}

int run(const std::vector<std::string>& arguments) {
  const auto line = parse_command_line(arguments);
  if (line) return run(*line);
  fmt::print(line.error().exit_code == kDone ? stdout : stderr, "{}", line.error().text);
  return line.error().exit_code;
}

}  // namespace
}  // namespace annals

int main(int argc, char** argv) {
  try {
    return annals::run(std::vector<std::string>(argv + 1, argv + argc));
  } catch (const std::exception& error) {
    return annals::fail(annals::kUnusableData, error.what());
  }
}
