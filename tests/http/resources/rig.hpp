#pragma once

#include <catch2/catch.hpp>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/api.hpp"
#include "support/memory_backend.hpp"

namespace annals::test {

using HeaderList = std::vector<std::pair<std::string, std::string>>;

/// An answer as the transport would get it.
struct Reply {
  http::Response response;
  unsigned status() const { return response.status; }
  std::string body() const { return response.shared_body ? *response.shared_body : response.body; }
  /// Empty without one.
  std::string header(std::string_view name) const;
  /// The JSON text of a member of the body; `results.0.name` reaches in. Empty when there is none.
  std::string at(std::string_view path) const;
  std::string text(std::string_view path) const { return json_string(at(path)); }
};

std::string json_at(std::string_view json, std::string_view path);

/// Signs one and the same head for everybody.
struct FixedNotary : Notary {
  SignedHead sign(PlatformId platform, std::string_view platform_key, Timestamp now) const override;
  Digest hash_at(PlatformId platform, Position position) const override;
};

/// No record has a history. Of every person the same is kept.
struct FixedHistories : Histories {
  std::optional<std::string> of(PlatformId platform, PersonId person) const override;
  std::optional<std::string> of(PlatformId platform, OrganizationId organization) const override;
  std::optional<std::string> bundle_of(PlatformId platform, PersonId person, Timestamp now) const override;
};

/// The resources over a backend in memory. Requests are built as the transport builds them.
class Rig {
 public:
  explicit Rig(http::ApiOptions options = {});

  /// With the admin's key unless `headers` has an Authorization; an empty one is not sent at all.
  Reply send(std::string_view method, std::string_view target, std::string_view body = {}, HeaderList headers = {});
  Reply get(std::string_view target, HeaderList headers = {}) { return send("GET", target, {}, std::move(headers)); }
  Reply post(std::string_view target, std::string_view json, HeaderList headers = {}) {
    headers.emplace_back("Content-Type", "application/json");
    return send("POST", target, json, std::move(headers));
  }
  Reply put(std::string_view target, std::string_view json, HeaderList headers = {}) {
    headers.emplace_back("Content-Type", "application/json");
    return send("PUT", target, json, std::move(headers));
  }
  Reply patch(std::string_view target, std::string_view json, HeaderList headers = {}) {
    headers.emplace_back("Content-Type", "application/json");
    return send("PATCH", target, json, std::move(headers));
  }

  /// A fresh person's or organization's id.
  std::string person(std::string_view json);
  std::string organization(std::string_view name);
  /// A header list with the key of a new member of `main` with these roles.
  HeaderList member_key(const std::string& username, const std::vector<std::string>& roles, bool is_admin = false);

  MemoryBackend backend;
  http::ConnectionNotes connection;  ///< all requests come over one
  bool body_too_large = false;       ///< of the next requests
  std::string remote_address = "192.0.2.7";
  std::string scheme = "https";
  std::string host = "crm.example";

 private:
  class SilentMetrics;
  std::unique_ptr<http::Metrics> metrics_;
  FixedNotary notary_;
  FixedHistories histories_;
  std::unique_ptr<http::RequestHandler> api_;
};

inline HeaderList with_key(const std::string& key) {
  return {{"Authorization", "Api-Token " + key}};
}

}  // namespace annals::test
