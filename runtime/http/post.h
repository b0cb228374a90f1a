// SPDX-License-Identifier: Apache-2.0
// A call of a server by a thread that has nothing else to do: it waits.
#pragma once

#include <mutex>

#include "runtime/http/client.h"

namespace sbx::http {

/// How a post went; `answer` is there if it went well, whatever its status says.
struct Posted {
  CallEnd end = CallEnd::Ok;
  Response answer;
};

/// Posts to one server, one after the other. Each has a connection of its own.
class Poster {
 public:
  /// `tls` is looked at where the URL says https.
  Poster(Url url, Tls tls) : url_(std::move(url)), tls_(std::move(tls)) {}

  /// To `target`, below the base of the URL. After `timeout` it is TimedOut.
  [[nodiscard]] Posted post(const std::string& target, Headers headers, std::string body, std::chrono::milliseconds timeout);
  /// From any thread: the post that is on its way and all later ones end with Left.
  void stop();

 private:
  Url url_;
  Tls tls_;
  std::mutex mutex_;  // guards what follows
  Loop* running_ = nullptr;
  bool stopped_ = false;
};

}  // namespace sbx::http
