#include <memory>
#include <string>
#include <vector>

#include "http/embed.hpp"
#include "http/resources/exchange.hpp"
#include "http/resources/tables.hpp"

ANNALS_EMBED(annals_docs_page, ANNALS_DOCS "/index.html")
ANNALS_EMBED(annals_docs_style, ANNALS_DOCS "/reference.css")
ANNALS_EMBED(annals_docs_script, ANNALS_DOCS "/reference.js")
ANNALS_EMBED(annals_docs_swagger_style, ANNALS_SWAGGER "/swagger-ui.css")
ANNALS_EMBED(annals_docs_swagger_script, ANNALS_SWAGGER "/swagger-ui-bundle.js")

namespace annals::http {
namespace {

template <std::string_view (*bytes)()>
Handled asset(Exchange& exchange) {
  static const auto shared = std::make_shared<const std::string>(bytes());
  Response response;
  response.content_type = exchange.route.content_type;
  response.shared_body = shared;
  response.headers.emplace_back("Cache-Control", "no-cache");
  // The page needs nothing from elsewhere. Swagger UI sets styles by itself.
  response.headers.emplace_back("Content-Security-Policy",
                                "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:");
  return response;
}

constexpr std::string_view kDocsType = "text/html; charset=utf-8";
constexpr std::string_view kCss = "text/css; charset=utf-8";
constexpr std::string_view kJavaScript = "text/javascript; charset=utf-8";

}  // namespace

std::span<const Route> docs_routes() {
  static const std::vector<Route> routes = {
      {.method = "GET",
       .path = "/docs/",
       .permission = kAnyone,
       .handler = asset<annals_docs_page>,
       .operation = {.id = "docs_retrieve", .summary = "A browsable reference", .answer = "Text"},
       .content_type = kDocsType},
      {.method = "GET",
       .path = "/docs/reference.css",
       .permission = kAnyone,
       .handler = asset<annals_docs_style>,
       .operation = {.id = "docs_reference_css_retrieve", .summary = "Its style", .answer = "Text"},
       .content_type = kCss},
      {.method = "GET",
       .path = "/docs/reference.js",
       .permission = kAnyone,
       .handler = asset<annals_docs_script>,
       .operation = {.id = "docs_reference_js_retrieve", .summary = "Its script", .answer = "Text"},
       .content_type = kJavaScript},
      {.method = "GET",
       .path = "/docs/swagger-ui.css",
       .permission = kAnyone,
       .handler = asset<annals_docs_swagger_style>,
       .operation = {.id = "docs_swagger_ui_css_retrieve", .summary = "Swagger UI's style", .answer = "Text"},
       .content_type = kCss},
      {.method = "GET",
       .path = "/docs/swagger-ui-bundle.js",
       .permission = kAnyone,
       .handler = asset<annals_docs_swagger_script>,
       .operation = {.id = "docs_swagger_ui_bundle_js_retrieve", .summary = "Swagger UI", .answer = "Text"},
       .content_type = kJavaScript},
  };
  return routes;
}

}  // namespace annals::http
