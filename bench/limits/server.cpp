// What the whole path can do: bitmaps and the bytes of records in memory behind the lean session, a synced RocksDB log
// below. It answers GET of one person, lists by lifecycle_stage and owner, and POST, and checks nothing: no key, no
// field. One I/O thread.
#include <cstdlib>

#include "bench/limits/lean_session.hpp"
#include "bench/limits/listener.hpp"
#include "bench/limits/options.hpp"
#include "bench/limits/person_table.hpp"
#include "bench/limits/synced_log.hpp"

namespace {

constexpr std::string_view kPersons = "/api/crm/persons/";
constexpr std::string_view kNotFound = R"({"detail":"Not found."})";

std::string_view parameter(std::string_view query, std::string_view name) {
  while (!query.empty()) {
    const auto one = query.substr(0, query.find('&'));
    if (one.starts_with(name) && one.substr(name.size()).starts_with('=')) return one.substr(name.size() + 1);
    query.remove_prefix(std::min(query.size(), one.size() + 1));
  }
  return {};
}

std::size_t number_or(std::string_view text, std::size_t otherwise) {
  std::size_t number = otherwise;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

class Persons {
 public:
  using Session = limits::LeanSession<Persons>;

  Persons(limits::PersonTable& table, limits::SyncedLog& log) : table_(table), log_(log) {}

  bool handle(const Session::Request& request, const std::shared_ptr<Session>& session, std::string& out) {
    if (request.method() == boost::beast::http::verb::post) return create(request.body(), session);
    std::string_view rest(request.target().data(), request.target().size());
    rest.remove_prefix(std::min(rest.size(), kPersons.size()));
    if (rest.empty() || rest.front() == '?')
      list(rest.substr(std::min<std::size_t>(rest.size(), 1)), out);
    else
      show(rest.substr(0, rest.find('/')), out);
    return true;
  }

 private:
  void show(std::string_view id, std::string& out) const {
    const auto found = table_.find(id);
    limits::append_answer(out, found ? "200 OK" : "404 Not Found", found.value_or(kNotFound));
  }

  void list(std::string_view query, std::string& out) {
    const limits::PersonTable::Filter filter{parameter(query, "lifecycle_stage"),
                                             static_cast<unsigned>(number_or(parameter(query, "owner"), 0))};
    page_.clear();
    const auto there = table_.append_page(filter, std::max<std::size_t>(1, number_or(parameter(query, "page"), 1)),
                                          number_or(parameter(query, "page_size"), 50), page_);
    limits::append_answer(out, there ? "200 OK" : "404 Not Found", there ? page_ : kNotFound);
  }

  bool create(const std::string& fields, const std::shared_ptr<Session>& session) {
    log_.append(fields, [this, session, fields] {
      limits::append_answer(session->out(), "201 Created", table_.add(fields));
      session->answered();
    });
    return false;
  }

  limits::PersonTable& table_;
  limits::SyncedLog& log_;
  std::string page_;
};

}  // namespace

int main(int argc, char** argv) {
  using Session = Persons::Session;
  const limits::Options options = limits::read_options(argc, argv);
  limits::PersonTable table;
  if (!options.load.empty()) table.load(options.load);
  limits::Listener<Session::Socket> listener(options.port);
  limits::SyncedLog log(listener.context(), options.directory);
  Persons persons(table, log);
  limits::announce(listener.port());
  listener.run([&persons](Session::Socket socket) { std::make_shared<Session>(std::move(socket), persons)->read(); });
}
