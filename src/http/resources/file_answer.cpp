#include "http/resources/file_answer.hpp"

#include <fstream>
#include <stdexcept>
#include <utility>

#include "http/resources/long_reads.hpp"

namespace annals::http {
namespace {

constexpr std::size_t kPieceBytes = 256u << 10;

class FileBody : public StreamedBody, public std::enable_shared_from_this<FileBody> {
 public:
  FileBody(LongReads& long_reads, PlatformId platform, const std::filesystem::path& file)
      : long_reads_(long_reads), platform_(platform), in_(file, std::ios::binary) {
    if (!in_.is_open()) throw std::runtime_error("a file to be sent cannot be read");
  }

  void produce(Next next) override {
    long_reads_.submit_piece(platform_, [self = shared_from_this(), next = std::move(next)](bool stopping) mutable {
      next(stopping ? Piece{{}, Piece::Then::abort} : self->read());
    });
  }

 private:
  Piece read() {
    Piece piece;
    piece.bytes.resize(kPieceBytes);
    in_.read(piece.bytes.data(), static_cast<std::streamsize>(piece.bytes.size()));
    piece.bytes.resize(static_cast<std::size_t>(in_.gcount()));
    if (!in_) piece.then = in_.eof() ? Piece::Then::end : Piece::Then::abort;
    return piece;
  }

  LongReads& long_reads_;
  PlatformId platform_;
  std::ifstream in_;
};

}  // namespace

Response file_answer(const Exchange& exchange, const std::filesystem::path& file, std::string_view content_type) {
  Response response;
  response.content_type = content_type;
  response.headers.emplace_back("Content-Disposition", "attachment; filename=\"" + file.filename().string() + '"');
  response.streamed_body = std::make_shared<FileBody>(exchange.services.long_reads, exchange.platform(), file);
  return response;
}

}  // namespace annals::http
