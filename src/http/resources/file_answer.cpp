#include "http/resources/file_answer.hpp"

#include <fstream>
#include <iterator>
#include <stdexcept>

namespace annals::http {

Response file_answer(const std::filesystem::path& file, std::string_view content_type) {
  std::ifstream in(file, std::ios::binary);
  if (!in.is_open()) throw std::runtime_error("a file to be sent cannot be read");
  Response response;
  response.content_type = content_type;
  response.headers.emplace_back("Content-Disposition", "attachment; filename=\"" + file.filename().string() + '"');
  response.body.assign(std::istreambuf_iterator<char>(in), {});
  return response;
}

}  // namespace annals::http
