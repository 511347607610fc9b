#include "core/running_sha256.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "core/crypto.hpp"

namespace annals::running_sha256_test {

TEST_CASE("SHA-256 of pieces is that of the whole", "[core][crypto]") {
  const std::string text = "what the log says, " + std::string(200, 'x');
  for (const std::size_t piece : {1u, 7u, 64u, 1000u}) {
    RunningSha256 running;
    for (std::size_t at = 0; at < text.size(); at += piece) running.add(std::string_view(text).substr(at, piece));
    CHECK(running.finish() == sha256(text));
  }
  CHECK(RunningSha256().finish() == sha256(""));
}

}  // namespace annals::running_sha256_test
