// The ceiling of a durable create: a POST of some 750 bytes is answered after its body stands in RocksDB and the write
// has been synced, one sync for all that wait. One I/O thread, one writer thread, nothing else.
#include <rocksdb/db.h>
#include <rocksdb/options.h>
#include <rocksdb/write_batch.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <condition_variable>
#include <cstdio>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "limits/answer.hpp"

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using tcp = asio::ip::tcp;

class Session;

struct Append {
  std::shared_ptr<Session> session;
  std::string body;
};

/// Takes what waits, writes it as one batch, syncs once, has all of it answered with one wake-up.
class Writer {
 public:
  Writer(asio::io_context& context, const std::string& directory) : context_(context) {
    rocksdb::Options options;
    options.create_if_missing = true;
    options.wal_bytes_per_sync = 0;
    rocksdb::DB* opened = nullptr;
    const auto status = rocksdb::DB::Open(options, directory, &opened);
    if (!status.ok()) {
      std::fprintf(stderr, "%s\n", status.ToString().c_str());
      std::exit(1);
    }
    db_.reset(opened);
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
  }
  ~Writer() {
    thread_.request_stop();
    arrived_.notify_all();
  }

  void append(Append append) {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(std::move(append));
    if (waiting_.size() == 1) arrived_.notify_one();
  }

 private:
  void run(const std::stop_token& stop);

  asio::io_context& context_;
  std::unique_ptr<rocksdb::DB> db_;
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::vector<Append> waiting_;
  std::uint64_t position_ = 0;
  std::jthread thread_;
};

class Session : public std::enable_shared_from_this<Session> {
 public:
  Session(tcp::socket socket, Writer& writer, const std::string& answer)
      : stream_(std::move(socket)), writer_(writer), answer_(answer) {}

  void read() {
    parser_.emplace();
    http::async_read(stream_, buffer_, *parser_, [self = shared_from_this()](beast::error_code error, std::size_t) {
      if (!error) self->writer_.append({self, std::move(self->parser_->get().body())});
    });
  }

  void answer() {
    response_.emplace(http::status::created, 11);
    response_->set(http::field::content_type, "application/json");
    response_->keep_alive(parser_->get().keep_alive());
    response_->body() = answer_;
    response_->prepare_payload();
    http::async_write(stream_, *response_, [self = shared_from_this()](beast::error_code error, std::size_t) {
      if (!error && self->response_->keep_alive()) self->read();
    });
  }

 private:
  beast::tcp_stream stream_;
  Writer& writer_;
  const std::string& answer_;
  beast::flat_buffer buffer_;
  std::optional<http::request_parser<http::string_body>> parser_;
  std::optional<http::response<http::string_body>> response_;
};

std::string big_endian(std::uint64_t n) {
  std::string key(8, '\0');
  for (std::size_t i = 8; i-- > 0; n >>= 8) key[i] = static_cast<char>(n & 0xFF);
  return key;
}

void Writer::run(const std::stop_token& stop) {
  rocksdb::WriteBatch batch;
  rocksdb::WriteOptions synced;
  synced.sync = true;
  while (!stop.stop_requested()) {
    std::vector<Append> group;
    {
      std::unique_lock lock(mutex_);
      arrived_.wait(lock, [&] { return !waiting_.empty() || stop.stop_requested(); });
      group.swap(waiting_);
    }
    batch.Clear();
    for (const Append& append : group) batch.Put(big_endian(++position_), append.body);
    if (group.empty() || !db_->Write(synced, &batch).ok()) continue;
    asio::post(context_, [group = std::move(group)] {
      for (const Append& append : group) append.session->answer();
    });
  }
}

void accept(tcp::acceptor& acceptor, Writer& writer, const std::string& answer) {
  acceptor.async_accept([&](beast::error_code error, tcp::socket socket) {
    if (!error) {
      socket.set_option(tcp::no_delay(true), error);
      std::make_shared<Session>(std::move(socket), writer, answer)->read();
    }
    accept(acceptor, writer, answer);
  });
}

}  // namespace

int main(int argc, char** argv) {
  const limits::Options options = limits::read_options(argc, argv);
  const std::string answer = limits::fixed_answer();
  asio::io_context context{1};
  Writer writer(context, options.directory);
  tcp::acceptor acceptor(context, tcp::endpoint(asio::ip::address_v4::loopback(), options.port));
  std::printf("port %u\n", static_cast<unsigned>(acceptor.local_endpoint().port()));
  std::fflush(stdout);
  accept(acceptor, writer, answer);
  context.run();
}
