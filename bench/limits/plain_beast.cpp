// The rate of a Beast session as its own examples write it, with a fixed answer of 600 bytes.
#include "bench/limits/answer.hpp"
#include "bench/limits/listener.hpp"
#include "bench/limits/options.hpp"
#include "bench/limits/plain_session.hpp"

int main(int argc, char** argv) {
  using limits::PlainSession;
  const limits::Options options = limits::read_options(argc, argv);
  const std::string answer = limits::fixed_answer();
  const PlainSession::Handler handler = [&answer](const std::shared_ptr<PlainSession>& session,
                                                  PlainSession::Request&) {
    session->answer(PlainSession::Status::ok, answer);
  };
  limits::serve<PlainSession::Socket>(options.port, options.threads, [&handler](PlainSession::Socket socket) {
    std::make_shared<PlainSession>(std::move(socket), handler)->read();
  });
}
