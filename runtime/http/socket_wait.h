// SPDX-License-Identifier: Apache-2.0
// Asio's half of a socket: tells when a descriptor is ready. Seen by this room only.
#pragma once

#include <boost/asio/posix/stream_descriptor.hpp>

#include "runtime/http/socket.h"

namespace sbx::http {

struct Socket::Wait {
  Wait(Loop& loop, int descriptor) : descriptor(loop.context(), descriptor) {}
  void cancel() {
    boost::system::error_code ignored;
    descriptor.cancel(ignored);
  }
  boost::asio::posix::stream_descriptor descriptor;
};

}  // namespace sbx::http
