// SPDX-License-Identifier: Apache-2.0
// What HTTP says, as plain data: heads and whole messages. No library's types; how they travel is server.h and client.h.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sbx::http {

/// In the order and the case in which they came; a name may come more than once.
using Headers = std::vector<std::pair<std::string, std::string>>;

/// The first value of a header, whatever the case of its name.
[[nodiscard]] std::optional<std::string_view> find(const Headers& headers, std::string_view name);
/// Takes out every header of that name.
void erase(Headers& headers, std::string_view name);
/// Replaces every header of that name by one.
void set(Headers& headers, std::string_view name, std::string value);
/// Whether a header shows who somebody is: `authorization`, `x-api-key`, `cookie` and the like.
[[nodiscard]] bool is_credential(std::string_view name);
/// Whether two names are one, whatever the case of their letters (ASCII).
[[nodiscard]] bool same_name(std::string_view a, std::string_view b);

/// A request or its head. `target` is as on the request line: the path, and the query after `?`.
struct Request {
  std::string method = "GET";
  std::string target = "/";
  Headers headers;
  std::string body;

  [[nodiscard]] std::string_view path() const;
  /// The value of `name=` in the query, decoded; absent is not empty.
  [[nodiscard]] std::optional<std::string> query(std::string_view name) const;
};

struct Response {
  int status = 200;
  Headers headers;
  std::string body;
};

/// `OK` for 200; `Unknown` for a status that has no name.
[[nodiscard]] std::string_view reason(int status);
/// A document with its content type.
[[nodiscard]] Response json(int status, std::string body);

}  // namespace sbx::http
