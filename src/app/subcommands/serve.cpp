#include "app/subcommands/serve.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <memory>
#include <random>
#include <span>
#include <string>
#include <utility>

#include "app/bootstrap.hpp"
#include "app/committer.hpp"
#include "app/erasing.hpp"
#include "app/event_feed.hpp"
#include "app/exit_codes.hpp"
#include "app/import/trying.hpp"
#include "app/invitation_expiry.hpp"
#include "app/live_rebuild.hpp"
#include "app/log_histories.hpp"
#include "app/log_notary.hpp"
#include "app/mail/invitation_links.hpp"
#include "app/mail/invitation_outbox.hpp"
#include "app/mail/mail_reactor.hpp"
#include "app/mail/notification_reactor.hpp"
#include "app/mail/reminder_reactor.hpp"
#include "app/open_files.hpp"
#include "app/past_states.hpp"
#include "app/platform_keys.hpp"
#include "app/projection_upkeep.hpp"
#include "app/quarantining.hpp"
#include "app/reactors/reactors.hpp"
#include "app/reminders.hpp"
#include "app/serving_state.hpp"
#include "app/snapshots/stored_snapshots.hpp"
#include "app/stop_signals.hpp"
#include "app/subcommands/version.hpp"
#include "app/webhooks/stored_deliveries.hpp"
#include "app/webhooks/webhook_reactor.hpp"
#include "core/clock.hpp"
#include "http/api.hpp"
#include "http/server.hpp"
#include "http/transport/log.hpp"

namespace annals {
namespace {

using std::chrono_literals::operator""ms;

// From the first signal: connections finish, then the queue, then the process ends whatever is left.
constexpr auto kServerGrace = 6'000ms;
constexpr auto kCommitterGrace = 2'000ms;
constexpr auto kStopPatience = 9'500ms;
constexpr auto kKeyUsesInterval = 60'000ms;

/// Thrown out of a long loading when a signal asks to stop.
struct StopRequested {};

http::ServerOptions server_options(const Config& config) {
  http::ServerOptions options;
  options.host = config.listen.host;
  options.port = config.listen.port;
  options.threads = config.threads;
  options.body_bytes_max = config.body_bytes_max;
  options.header_bytes_max = config.header_bytes_max;
  options.connections_max = config.connections_max;
  options.idle_timeout = config.idle_timeout;
  options.request_timeout = config.request_timeout;
  options.write_timeout = config.write_timeout;
  options.cors_origins = config.cors_origins;
  options.trusted_proxies = config.trusted_proxies;
  options.tls_certificate_file = config.tls_certificate_file;
  options.tls_key_file = config.tls_key_file;
  return options;
}

http::ApiOptions api_options(const Config& config) {
  http::ApiOptions options;
  options.page_size = config.page_size;
  options.rate_limit_per_second = config.rate_limit_per_second;
  options.rate_limit_burst =
      config.rate_limit_burst > 0 ? config.rate_limit_burst : std::max(1.0, config.rate_limit_per_second);
  options.feed_heartbeat = config.feed_heartbeat;
  options.version = version_number();
  return options;
}

constexpr std::string_view kSnapshotsDirectory = "snapshots";

CommitterOptions committer_options(const Config& config, ForgetCopies forget_copies,
                                   std::function<void(PlatformId, const LogGrowth&)> moved) {
  CommitterOptions options;
  options.moved = std::move(moved);
  options.queue_size = config.queue_size;
  options.sources.invitation_lifetime = config.invitation_lifetime;
  options.sources.private_webhooks_allowed = config.webhook_allow_private;
  options.erasure_list = ErasureList(config.data);
  options.forget_copies = std::move(forget_copies);
  return options;
}

/// Two of them with half of the live records' memory.
PastStatesOptions past_states_options(const Config& config) {
  PastStatesOptions options;
  options.directory = config.data / "past";
  options.record_bytes_max = config.record_memory_bytes / 4;
  return options;
}

/// Where a client on this machine finds the server.
std::string url_of(const Config& config, std::uint16_t port) {
  HostPort place{config.listen.host, port};
  if (place.host == "0.0.0.0") place.host = "127.0.0.1";
  if (place.host == "::") place.host = "::1";
  return fmt::format("{}://{}", config.tls_key_file.empty() ? "http" : "https", place.to_string());
}

MailSender mail_sender(const Config& config) {
  if (config.smtp_url.empty()) return {};
  SmtpSettings smtp;
  smtp.url = config.smtp_url;
  smtp.user = config.smtp_user;
  smtp.password = config.smtp_password;
  smtp.tls = config.smtp_tls;
  smtp.ca_file = config.smtp_ca_file;
  return {*parse_mailbox(config.smtp_from), std::move(smtp)};
}

WorkSources work_sources() {
  return {clock_now, [] {
            thread_local std::mt19937_64 engine(std::random_device{}());
            return std::uniform_real_distribution<double>(0, 1)(engine);
          }};
}

void print_first_start(const std::string& url, const FirstToken& first) {
  fmt::print(
      "\n"
      "Annals has set up a new data directory.\n"
      "\n"
      "  URL            {0}\n"
      "  Platform key   {1}\n"
      "  API token      {2}\n"
      "\n"
      "The token is shown only now. It is a superuser's; keep it safe. Create a person with it:\n"
      "\n"
      "  curl -sS -X POST {0}/api/crm/persons/ -H 'Authorization: Api-Token {2}' -H 'Content-Type: application/json' "
      "-d '{{\"name\": \"Ada Lovelace\", \"primary_email\": \"ada@example.com\"}}'\n"
      "\n"
      "  Reference      {0}/docs/\n"
      "\n",
      url, first.platform_key, first.token);
  std::fflush(stdout);
}

/// Everything between an open store and a ready server.
class Serving {
 public:
  Serving(const Config& config, Store& store, const StopSignals& signals)
      : config_(config),
        store_(store),
        signals_(signals),
        metrics_(http::Metrics::make(version_number())),
        live_(LiveProjections::make(store.views(), store.digester(), config.record_memory_bytes)),
        snapshots_(store, config.data / kSnapshotsDirectory, std::string(version_number())),
        events_(store.log(), store.sealer(), *live_),
        links_(store),
        mail_(store, links_, mail_sender(config), clock_now),
        notifications_(store, links_, mail_sender(config), clock_now),
        reminder_mails_(store, links_, mail_sender(config), clock_now),
        webhook_client_({.private_allowed = config.webhook_allow_private}),
        deliveries_(store),
        webhooks_(store, events_, webhook_client_, deliveries_, clock_now),
        reactors_(store, all_reactors_, *metrics_, work_sources()),
        outbox_(store, links_, mail_, reactors_),
        stored_deliveries_(
            store, events_, *live_, webhook_client_, deliveries_, reactors_.work_of(ReactorId::webhooks),
            [this] { reactors_.wake(ReactorId::webhooks); }, clock_now),
        committer_(store, *live_, *metrics_,
                   committer_options(
                       config, [this](PlatformId platform) { return forget_copies(platform); },
                       [this](PlatformId platform, const LogGrowth& growth) { reactors_.moved(platform, growth); })),
        state_(committer_),
        past_states_(store, state_, past_states_options(config)),
        expiry_(store, committer_, *live_, *metrics_, DecisionSources{}.clock),
        reminders_(store, committer_, DecisionSources{}.clock),
        notary_(store, config.durability),
        histories_(store, *live_, past_states_),
        import_trials_(store),
        rebuild_(store, *live_, committer_, *metrics_, config.record_memory_bytes),
        api_(http::make_api(api_options(config),
                            {*live_, committer_, store.digester(), notary_, histories_, snapshots_, outbox_,
                             stored_deliveries_, events_, import_trials_, rebuild_, state_, *metrics_})) {}

  std::expected<void, std::string> bind() {
    auto server = http::Server::bind(server_options(config_), *api_, *metrics_);
    if (!server) return std::unexpected(std::move(server).error());
    server_ = *std::move(server);
    links_.lead_to(config_.public_url.empty() ? url() : config_.public_url);
    server_->start();
    return {};
  }

  /// Brings views, platforms and tables up, answering /healthz and /readyz meanwhile.
  std::expected<std::optional<FirstToken>, StartProblem> load(const FirstStartWishes& wishes) {
    if (auto put = put_in_quarantine(store_, config_.quarantine); !put) return std::unexpected(std::move(put.error()));
    metrics_->quarantined_events(store_.quarantine().events());
    if (auto whole = make_views_whole(
            store_, [this](std::string_view what, std::uint64_t done, std::uint64_t of) { report(what, done, of); });
        !whole) {
      return std::unexpected(StartProblem{kUnusableData, std::move(whole).error()});
    }
    const auto forget = [this](PlatformId platform) { return forget_copies(platform); };
    if (!Erasing(store_, ErasureList(config_.data), forget).complete()) {
      return std::unexpected(StartProblem{kUnusableData,
                                          "erased persons' keys could not be destroyed for good. Make room on the disk "
                                          "or check the permissions of the data directory, then start again."});
    }
    if (!reactors_.begin()) {
      return std::unexpected(StartProblem{kUnusableData,
                                          "what is to be sent cannot be noted. Make room on the disk or check the "
                                          "permissions of the data directory, then start again."});
    }
    auto first = bring_up(store_, config_.data, wishes);
    if (!first) return first;
    live_->load(store_.log().platforms(),
                [this](std::uint64_t done, std::uint64_t of) { report("loading projections", done, of); });
    return first;
  }

  void begin() {
    committer_.start();
    reactors_.start();
    if (!mail_.able())
      spdlog::info(
          "no --smtp-url is set: invitations are not sent by mail, the outbox lists their links; nobody is reminded of "
          "anything");
    expiry_.start();
    if (reminder_mails_.able()) reminders_.start();
    key_uses_.start("saving when keys were last used", kKeyUsesInterval, [this] { live_->save_key_uses(); });
    state_.ready();
  }
  void rebuild() { static_cast<void>(rebuild_.start()); }

  /// Ready until the last connection is closed: a request that has begun is answered as ever.
  void end() {
    const auto end = std::chrono::steady_clock::now() + kServerGrace;
    snapshots_.stop();
    reactors_.wind_down();
    stored_deliveries_.stop();
    rebuild_.stop();
    server_->stop(kServerGrace);
    expiry_.stop();
    reminders_.stop();
    reactors_.stop(std::max(std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now()), 0ms));
    key_uses_.stop();
    live_->save_key_uses();
    committer_.stop(kCommitterGrace);
  }

  std::string url() const { return url_of(config_, server_->port()); }

 private:
  bool forget_copies(PlatformId platform) {
    past_states_.forget(platform);
    return snapshots_.forget(platform);
  }

  void report(std::string_view what, std::uint64_t done, std::uint64_t of) {
    if (signals_.requested()) throw StopRequested();
    state_.not_ready(of == 0 ? std::string(what) : fmt::format("{}: {} of {}", what, done, of));
  }

  const Config& config_;
  Store& store_;
  const StopSignals& signals_;
  std::unique_ptr<http::Metrics> metrics_;
  std::unique_ptr<LiveProjections> live_;
  StoredSnapshots snapshots_;
  LogEventFeed events_;
  InvitationLinks links_;
  MailReactor mail_;
  NotificationReactor notifications_;
  ReminderReactor reminder_mails_;
  WebhookClient webhook_client_;
  DeliveryLog deliveries_;
  WebhookReactor webhooks_;
  const std::array<Reactor*, 4> all_reactors_{&mail_, &notifications_, &reminder_mails_, &webhooks_};
  Reactors reactors_;
  InvitationOutbox outbox_;
  StoredDeliveries stored_deliveries_;
  Committer committer_;
  ServingState state_;
  PastStates past_states_;
  InvitationExpiry expiry_;
  Reminders reminders_;
  LogNotary notary_;
  LogHistories histories_;
  StoreImportTrials import_trials_;
  LiveRebuild rebuild_;
  Every key_uses_;
  std::unique_ptr<http::RequestHandler> api_;
  std::unique_ptr<http::Server> server_;
};

int serve_store(const Config& config, const ServeArguments& arguments, Store& store, const FirstStartWishes& wishes,
                StopSignals& signals) {
  Serving serving(config, store, signals);
  if (const auto bound = serving.bind(); !bound) {
    return fail(kWrongUsage, fmt::format("--listen {}: {}", config.listen.to_string(), bound.error()));
  }
  const auto first = serving.load(wishes);
  if (!first) return fail(first.error().exit_code, first.error().sentence);
  serving.begin();
  if (arguments.rebuild) serving.rebuild();
  const auto url = serving.url();
  if (*first) {
    print_first_start(url, **first);
    note_token_shown(config.data);
  }
  fmt::print("annals {} is ready on {} (data in {})\n", version_number(), url, config.data.string());
  std::fflush(stdout);
  signals.wait();
  spdlog::info("stopping");
  serving.end();
  return kDone;
}

}  // namespace

int serve(const Config& config, const ServeArguments& arguments, const Environment& environment) {
  const auto wishes = first_start_wishes(environment);
  if (!wishes) return fail(kWrongUsage, wishes.error());
  std::signal(SIGPIPE, SIG_IGN);
  StopSignals signals(kStopPatience);
  raise_open_files_limit();
  auto store = Store::open(config.store_options());
  if (!store) return fail(store.error());
  try {
    const int exit_code = serve_store(config, arguments, **store, *wishes, signals);
    store->reset();
    if (exit_code == kDone) spdlog::info("stopped");
    return exit_code;
  } catch (const StopRequested&) {
    return kDone;
  } catch (const LogDamage& damage) {
    return fail(damage, PlatformKeys(**store).of(damage.platform));
  }
}

}  // namespace annals
