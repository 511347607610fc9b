#include "app/subcommands/export.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

#include "app/commit_group.hpp"
#include "app/exit_codes.hpp"
#include "app/export/output.hpp"
#include "app/platform_keys.hpp"
#include "app/projection_upkeep.hpp"
#include "projections/history/person_bundle.hpp"
#include "projections/record_export.hpp"
#include "projections/record_stream.hpp"
#include "projections/records.hpp"

namespace annals {
namespace {

constexpr std::size_t kWriteBytes = 1u << 20;

std::optional<std::string> username_of(const ViewReader& views, UserId id) {
  const auto user = read_user(views, id);
  return user && !user->details.username.empty() ? std::optional(user->details.username) : std::nullopt;
}

RecordExport records_of(const ViewReader& views, PlatformId platform, const ExportArguments& arguments) {
  const bool persons = arguments.records == "persons";
  return RecordExport(persons ? stored_persons(views, platform) : stored_organizations(views, platform),
                      persons ? ExportedKind::persons : ExportedKind::organizations,
                      export_format_named(arguments.format).value_or(ExportFormat::csv),
                      [&views](UserId user) { return username_of(views, user); });
}

/// Whoever reads standard output may have seen enough.
int no_more_output(const ExportArguments& arguments) {
  if (arguments.out.empty() && errno == EPIPE) return kDone;
  return fail(kUnusableData,
              fmt::format("{} could not be written to its end: {}.",
                          arguments.out.empty() ? "standard output" : arguments.out, std::strerror(errno)));
}

int write_records(const ViewReader& views, PlatformId platform, const ExportArguments& arguments,
                  ExportOutput& output) {
  auto records = records_of(views, platform, arguments);
  std::string piece;
  for (bool more = true; more;) {
    piece.clear();
    more = records.append_piece(piece, kWriteBytes);
    if (!output.write(piece)) return no_more_output(arguments);
  }
  if (!output.finish()) return no_more_output(arguments);
  if (!arguments.out.empty()) fmt::print("exported {} {} to {}\n", records.count(), arguments.records, arguments.out);
  return kDone;
}

int write_person(Store& store, PlatformId platform, const std::string& platform_key, PersonId person,
                 const ExportArguments& arguments, ExportOutput& output) {
  const auto& views = store.views().latest();
  const auto bundle =
      person_bundle({store.log(), store.sealer(), store.digester(), views, platform}, platform_key, person,
                    DecisionSources{}.clock(), [&views](UserId user) { return username_of(views, user); });
  if (!bundle) {
    return fail(kWrongUsage, fmt::format("{} has no person {}, or it is erased.", platform_key, arguments.person));
  }
  return output.write(*bundle + '\n') && output.finish() ? kDone : no_more_output(arguments);
}

}  // namespace

int export_records(const Config& config, const ExportArguments& arguments) {
  std::signal(SIGPIPE, SIG_IGN);
  const auto person = PersonId::parse(arguments.person);
  if (!person && !arguments.person.empty()) return fail(kWrongUsage, "--person takes a person's id, a UUID.");
  auto opened = Store::open_beside(config.store_options());
  if (!opened) return fail(opened.error());
  auto& store = **opened;
  const PlatformKeys keys(store);
  const auto platform = keys.with_records(arguments.platform);
  if (!platform) return fail(kWrongUsage, platform.error());
  if (const auto shortage = views_fall_short(store, keys)) return fail(kUnusableData, *shortage);
  auto output = ExportOutput::open(arguments.out);
  if (!output) return fail(kWrongUsage, output.error());
  try {
    if (person) return write_person(store, *platform, keys.of(*platform), *person, arguments, *output);
    return write_records(store.views().latest(), *platform, arguments, *output);
  } catch (const LogDamage& damage) {
    return fail(damage, keys.of(damage.platform));
  }
}

}  // namespace annals
