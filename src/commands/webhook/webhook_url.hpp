#pragma once

#include <cstddef>
#include <string_view>

namespace annals {

inline constexpr std::size_t kWebhookUrlMax = 2000;

/// An absolute http or https URL with a host, without credentials and fragment.
bool is_webhook_url(std::string_view text);
/// Whether its host is `localhost` or an address that is not public. Where other names lead shows when connecting.
bool leads_inside(std::string_view url);

}  // namespace annals
