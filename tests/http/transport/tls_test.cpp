#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <catch2/catch.hpp>
#include <cstdio>
#include <filesystem>
#include <memory>

#include "probe_server.hpp"

namespace annals::tls_test {
using namespace annals::http;
using namespace annals::http::test;

namespace {

/// A self-signed certificate and its key as files of their own, gone when this is.
class Certificate {
 public:
  Certificate() {
    static int count = 0;
    directory_ = std::filesystem::temp_directory_path() /
                 ("annals-tls-" + std::to_string(::getpid()) + "-" + std::to_string(++count));
    std::filesystem::create_directory(directory_);
    EVP_PKEY* key = EVP_EC_gen("P-256");
    X509* x509 = X509_new();
    ASN1_INTEGER_set(X509_get_serialNumber(x509), count);
    X509_gmtime_adj(X509_getm_notBefore(x509), -60);
    X509_gmtime_adj(X509_getm_notAfter(x509), 3600);
    X509_set_pubkey(x509, key);
    X509_sign(x509, key, EVP_sha256());
    if (FILE* file = std::fopen(certificate_file().c_str(), "w")) {
      PEM_write_X509(file, x509);
      std::fclose(file);
    }
    if (FILE* file = std::fopen(key_file().c_str(), "w")) {
      PEM_write_PrivateKey(file, key, nullptr, nullptr, 0, nullptr, nullptr);
      std::fclose(file);
    }
    X509_free(x509);
    EVP_PKEY_free(key);
  }
  ~Certificate() { std::filesystem::remove_all(directory_); }
  Certificate(const Certificate&) = delete;
  Certificate& operator=(const Certificate&) = delete;

  std::string certificate_file() const { return directory_ / "certificate.pem"; }
  std::string key_file() const { return directory_ / "key.pem"; }

 private:
  std::filesystem::path directory_;
};

std::function<void(ServerOptions&)> with(const Certificate& certificate) {
  return [&](ServerOptions& options) {
    options.tls_certificate_file = certificate.certificate_file();
    options.tls_key_file = certificate.key_file();
  };
}

/// A blocking TLS client that says which versions it speaks.
class TlsClient {
 public:
  TlsClient(std::uint16_t port, int lowest, int highest) : context_(SSL_CTX_new(TLS_client_method())) {
    SSL_CTX_set_security_level(context_, 0);
    SSL_CTX_set_min_proto_version(context_, lowest);
    SSL_CTX_set_max_proto_version(context_, highest);
    bio_ = BIO_new_ssl_connect(context_);
    BIO_set_conn_hostname(bio_, ("127.0.0.1:" + std::to_string(port)).c_str());
  }
  ~TlsClient() {
    BIO_free_all(bio_);
    SSL_CTX_free(context_);
    ERR_clear_error();
  }
  TlsClient(const TlsClient&) = delete;
  TlsClient& operator=(const TlsClient&) = delete;

  void offer(const std::string& protocol) {
    SSL* ssl = nullptr;
    BIO_get_ssl(bio_, &ssl);
    const std::string listed = static_cast<char>(protocol.size()) + protocol;
    SSL_set_alpn_protos(ssl, reinterpret_cast<const unsigned char*>(listed.data()),
                        static_cast<unsigned>(listed.size()));
  }
  std::string chosen() const {
    SSL* ssl = nullptr;
    BIO_get_ssl(bio_, &ssl);
    const unsigned char* name = nullptr;
    unsigned size = 0;
    SSL_get0_alpn_selected(ssl, &name, &size);
    return {reinterpret_cast<const char*>(name), size};
  }
  bool connect() { return BIO_do_connect(bio_) == 1; }
  void send(const std::string& bytes) { BIO_write(bio_, bytes.data(), static_cast<int>(bytes.size())); }
  /// All that comes until `end` does, or the connection ends.
  std::string receive_until(const std::string& end) {
    std::string received;
    char bytes[16384];
    while (!contains(received, end)) {
      const int got = BIO_read(bio_, bytes, sizeof bytes);
      if (got <= 0) break;
      received.append(bytes, static_cast<std::size_t>(got));
    }
    return received;
  }

 private:
  SSL_CTX* context_;
  BIO* bio_;
};

}  // namespace

TEST_CASE("over TLS requests are served as over plain sockets", "[http][transport][tls]") {
  const Certificate certificate;
  const ProbeServer server(with(certificate));
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    TlsClient client(server.port(), version, version);
    client.offer("http/1.1");
    REQUIRE(client.connect());
    CHECK(client.chosen() == "http/1.1");
    client.send(get("/first") + post("/later", "second"));
    CHECK(contains(client.receive_until("|second|"), "|/later|https|annals.test|127.0.0.1|"));
    client.send(get("/large", "Connection: close\r\n"));
    CHECK(client.receive_until("never").ends_with(std::string(100'000, 'l')));
  }
}

TEST_CASE("over TLS a body over the limit is refused and the refusal arrives", "[http][transport][tls]") {
  const Certificate certificate;
  const ProbeServer server([&](ServerOptions& options) {
    with(certificate)(options);
    options.body_bytes_max = 10;
  });
  TlsClient client(server.port(), TLS1_2_VERSION, TLS1_3_VERSION);
  REQUIRE(client.connect());
  client.send(post("/echo", std::string(100'000, 'b')));
  CHECK(client.receive_until("|too large|").starts_with("HTTP/1.1 413 "));
}

TEST_CASE("over TLS bodies are streamed, and a peer that leaves is noticed", "[http][transport][tls]") {
  const Certificate certificate;
  ProbeServer server(with(certificate));
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    {
      TlsClient client(server.port(), version, version);
      REQUIRE(client.connect());
      client.send(get("/streamed-live", "Connection: close\r\n"));
      CHECK(client.receive_until("\r\n\r\n").starts_with("HTTP/1.1 200 "));
      const std::string piece(1'000'000, 'p');
      for (int i = 0; i < 3; ++i) {
        REQUIRE(server.handler.stream().give(piece + std::to_string(i)));
        CHECK(contains(client.receive_until("p" + std::to_string(i)), piece));
      }
    }
    CHECK(eventually([&] { return server.handler.stream_is_let_go(); }));

    TlsClient client(server.port(), version, version);
    REQUIRE(client.connect());
    client.send(get("/streamed-live", "Connection: close\r\n"));
    CHECK(client.receive_until("\r\n\r\n").starts_with("HTTP/1.1 200 "));
    REQUIRE(server.handler.stream().give("farewell", StreamedBody::Piece::Then::end));
    CHECK(client.receive_until("never") == "8\r\nfarewell\r\n0\r\n\r\n");
  }
}

TEST_CASE("what is older than TLS 1.2, or no TLS at all, gets no answer", "[http][transport][tls]") {
  const Certificate certificate;
  const ProbeServer server(with(certificate));
  TlsClient old(server.port(), TLS1_VERSION, TLS1_1_VERSION);
  CHECK_FALSE(old.connect());
  RawClient plain(server.port());
  plain.send(get("/echo"));
  CHECK(plain.closes());
  CHECK_FALSE(contains(plain.rest(), "HTTP/1.1"));
  CHECK(server.handler.handled == 0);
  TlsClient fresh(server.port(), TLS1_2_VERSION, TLS1_3_VERSION);
  REQUIRE(fresh.connect());
  fresh.send(get("/echo"));
  CHECK(fresh.receive_until("|fits|").starts_with("HTTP/1.1 200 "));
}

TEST_CASE("a TLS handshake that does not go on is cut off", "[http][transport][tls]") {
  const Certificate certificate;
  const ProbeServer server([&](ServerOptions& options) {
    with(certificate)(options);
    options.request_timeout = std::chrono::milliseconds(200);
  });
  RawClient client(server.port());
  client.send("\x16\x03\x01");
  CHECK(client.closes());
}

TEST_CASE("TLS files that cannot be used keep the server from starting", "[http][transport][tls]") {
  const Certificate certificate;
  const Certificate other;
  ProbeHandler handler;
  const auto metrics = Metrics::make("0");
  const auto why = [&](const std::string& certificate_file, const std::string& key_file) {
    ServerOptions options;
    options.port = 0;
    options.tls_certificate_file = certificate_file;
    options.tls_key_file = key_file;
    const auto server = Server::bind(options, handler, *metrics);
    return server ? std::string() : server.error();
  };
  CHECK(why(certificate.certificate_file(), certificate.key_file()).empty());
  CHECK(why(certificate.certificate_file(), "") ==
        "TLS needs both a certificate file and a key file; only one of them is given.");
  CHECK(why("", certificate.key_file()) ==
        "TLS needs both a certificate file and a key file; only one of them is given.");
  CHECK(why("/no/such/file", certificate.key_file())
            .starts_with("The TLS certificate file /no/such/file cannot be used: "));
  CHECK(why(certificate.certificate_file(), "/no/such/key")
            .starts_with("The TLS key file /no/such/key cannot be used: "));
  CHECK(why(certificate.key_file(), certificate.key_file()).starts_with("The TLS certificate file "));
  CHECK(contains(why(certificate.certificate_file(), other.key_file()), other.key_file()));
}

}  // namespace annals::tls_test
