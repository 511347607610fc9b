#include "core/base64.hpp"

#include <catch2/catch.hpp>

namespace annals::base64_test {

TEST_CASE("bytes are written in the URL's alphabet without padding, and read back", "[core][base64]") {
  const std::string bytes = "\xfb\xef\xff?>a";
  CHECK(to_base64(bytes) == "++//Pz5h");
  CHECK(to_base64url(bytes) == "--__Pz5h");
  CHECK(to_base64("1234") == "MTIzNA==");
  CHECK(to_base64url("1234") == "MTIzNA");
  CHECK(from_base64(to_base64url(bytes)) == bytes);
  CHECK(to_base64url("").empty());
}

}  // namespace annals::base64_test
