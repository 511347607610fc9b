// The ceiling of a durable create: a POST of some 750 bytes is answered after its body stands in RocksDB and the write
// has been synced, one sync for all that wait. One I/O thread, one writer thread, nothing else.
#include "bench/limits/answer.hpp"
#include "bench/limits/listener.hpp"
#include "bench/limits/options.hpp"
#include "bench/limits/plain_session.hpp"
#include "bench/limits/synced_log.hpp"

int main(int argc, char** argv) {
  using limits::PlainSession;
  const limits::Options options = limits::read_options(argc, argv);
  const std::string answer = limits::fixed_answer();
  limits::Listener<PlainSession::Socket> listener(options.port);
  limits::SyncedLog log(listener.context(), options.directory);
  const PlainSession::Handler handler = [&](const std::shared_ptr<PlainSession>& session,
                                            PlainSession::Request& request) {
    log.append(std::move(request.body()),
               [session, &answer] { session->answer(PlainSession::Status::created, answer); });
  };
  limits::announce(listener.port());
  listener.run(
      [&handler](PlainSession::Socket socket) { std::make_shared<PlainSession>(std::move(socket), handler)->read(); });
}
