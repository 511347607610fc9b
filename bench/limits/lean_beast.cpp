// The rate of a session with as little as Beast allows, with a fixed answer of 600 bytes.
#include "bench/limits/answer.hpp"
#include "bench/limits/lean_session.hpp"
#include "bench/limits/listener.hpp"
#include "bench/limits/options.hpp"

namespace {

class FixedAnswer {
 public:
  using Session = limits::LeanSession<FixedAnswer>;

  bool handle(const Session::Request&, const std::shared_ptr<Session>&, std::string& out) const {
    limits::append_answer(out, "200 OK", answer_);
    return true;
  }

 private:
  const std::string answer_ = limits::fixed_answer();
};

}  // namespace

int main(int argc, char** argv) {
  using Session = FixedAnswer::Session;
  const limits::Options options = limits::read_options(argc, argv);
  FixedAnswer resource;
  limits::serve<Session::Socket>(options.port, options.threads, [&resource](Session::Socket socket) {
    std::make_shared<Session>(std::move(socket), resource)->read();
  });
}
