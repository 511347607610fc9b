#pragma once

#include <expected>
#include <string>
#include <vector>

#include "app/config.hpp"
#include "app/subcommands/backup.hpp"
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

namespace annals {

enum class Subcommand {
  serve,
  replay,
  verify,
  head,
  rebuild,
  check,
  snapshot,
  snapshot_diff,
  import,
  export_records,
  backup,
  restore,
  rekey,
  version
};

/// What the command line asks for.
struct CommandLine {
  Subcommand subcommand = Subcommand::serve;
  FlagValues flags;
  ServeArguments serve;
  ReplayArguments replay;
  VerifyArguments verify;
  HeadArguments head;
  RebuildArguments rebuild;
  SnapshotArguments snapshot;
  SnapshotDiffArguments snapshot_diff;
  ImportArguments import;
  ExportArguments exporting;
  BackupArguments backup;
  RestoreArguments restore;
  RekeyArguments rekey;
};

/// Why nothing is to be run: help was asked for (exit code 0), or the line is wrong (2).
struct NoCommand {
  int exit_code = 0;
  std::string text;
};

/// `arguments` without the program's name.
std::expected<CommandLine, NoCommand> parse_command_line(const std::vector<std::string>& arguments);

}  // namespace annals
