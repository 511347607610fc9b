#include "bench/load/requests.hpp"

#include <chrono>
#include <fstream>
#include <stdexcept>

namespace load {
namespace {

std::vector<std::string> split(const std::string& text, const std::string& separator) {
  std::vector<std::string> parts;
  std::size_t from = 0;
  for (auto at = text.find(separator); at != std::string::npos; at = text.find(separator, from)) {
    parts.push_back(text.substr(from, at - from));
    from = at + separator.size();
  }
  parts.push_back(text.substr(from));
  return parts;
}

}  // namespace

Requests::Requests(const std::string& file, const std::string& token)
    : run_(std::to_string(std::chrono::system_clock::now().time_since_epoch().count()) + '-') {
  std::ifstream lines(file);
  for (std::string line; std::getline(lines, line);) {
    const auto fields = split(line, "\t");
    if (fields.size() != 3) throw std::runtime_error(file + ": a line is not method, path and body");
    std::string head =
        fields[0] + ' ' + fields[1] + " HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Api-Token " + token;
    head += fields[2].empty() ? "\r\n\r\n" : "\r\nContent-Type: application/json\r\nContent-Length: ";
    templates_.push_back({std::move(head), fields[2].empty() ? std::vector<std::string>{} : split(fields[2], "{n}")});
  }
  if (templates_.empty()) throw std::runtime_error(file + ": there are no requests");
}

const std::string& Requests::at(std::size_t number) {
  const Template& one = templates_[number];
  if (one.pieces.empty()) return one.head;
  const auto name = run_ + std::to_string(++count_);
  std::size_t length = (one.pieces.size() - 1) * name.size();
  for (const auto& piece : one.pieces) length += piece.size();
  text_ = one.head;
  text_ += std::to_string(length);
  text_ += "\r\n\r\n";
  for (std::size_t i = 0; i < one.pieces.size(); ++i) {
    if (i > 0) text_ += name;
    text_ += one.pieces[i];
  }
  return text_;
}

}  // namespace load
