#include "http/resources/file_answer.hpp"

#include <fstream>
#include <stdexcept>
#include <utility>

#include "http/resources/piecewise_body.hpp"

namespace annals::http {

Response file_answer(const Exchange& exchange, const std::filesystem::path& file, std::string_view content_type) {
  std::ifstream in(file, std::ios::binary);
  if (!in.is_open()) throw std::runtime_error("a file to be sent cannot be read");
  Response response;
  response.content_type = content_type;
  response.headers.emplace_back("Content-Disposition", "attachment; filename=\"" + file.filename().string() + '"');
  response.streamed_body = piecewise_body(exchange, [in = std::move(in)](std::string& bytes) mutable {
    bytes.resize(kPieceBytes);
    in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    if (in.bad()) throw std::runtime_error("a file that is being sent cannot be read on");
    bytes.resize(static_cast<std::size_t>(in.gcount()));
    return !in.eof();
  });
  return response;
}

}  // namespace annals::http
