#include "http/resources/piecewise_body.hpp"

#include <spdlog/spdlog.h>

#include <exception>
#include <utility>

#include "http/resources/long_reads.hpp"

namespace annals::http {
namespace {

class PiecewiseBody : public StreamedBody, public std::enable_shared_from_this<PiecewiseBody> {
 public:
  PiecewiseBody(LongReads& long_reads, PlatformId platform, MakePiece make)
      : long_reads_(long_reads), platform_(platform), make_(std::move(make)) {}

  void produce(Next next) override {
    long_reads_.submit_piece(platform_, [weak = weak_from_this(), next = std::move(next)](bool stopping) mutable {
      const auto self = weak.lock();
      if (self && !stopping) self->answer(next);  // dropped unused, it aborts
    });
  }

 private:
  void answer(Next& next) {
    Piece piece;
    try {
      if (!make_(piece.bytes)) piece.then = Piece::Then::end;
    } catch (const std::exception& error) {
      spdlog::error("An answer was cut off: {}", error.what());
      return;
    }
    next(std::move(piece));
  }

  LongReads& long_reads_;
  const PlatformId platform_;
  MakePiece make_;
};

}  // namespace

std::shared_ptr<StreamedBody> piecewise_body(const Exchange& exchange, MakePiece make) {
  return std::make_shared<PiecewiseBody>(exchange.services.long_reads, exchange.platform(), std::move(make));
}

}  // namespace annals::http
