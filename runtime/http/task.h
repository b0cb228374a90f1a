// SPDX-License-Identifier: Apache-2.0
// A coroutine that waits for the network without holding a thread. Asio's own type: what waits, and where, is its business.
#pragma once

#include <boost/asio/awaitable.hpp>

namespace sbx::http {

template <class T>
using Task = boost::asio::awaitable<T>;

}  // namespace sbx::http
