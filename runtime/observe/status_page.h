// SPDX-License-Identifier: Apache-2.0
// The page that operators open in a browser: it asks `/admin/status` and `/metrics` of where it came from, with the token that is typed in.
#pragma once

#include <string_view>

namespace sbx::observe {

/// One HTML document, which loads nothing and holds nothing of this process: it may be served to anybody. UTF-8.
[[nodiscard]] std::string_view status_page();

/// `content-security-policy` to serve it with.
inline constexpr std::string_view kStatusPageSecurity =
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'";

}  // namespace sbx::observe
