// SPDX-License-Identifier: Apache-2.0
#include "runtime/gateway/trace_context.h"

#include <algorithm>

#include "runtime/gateway/serving.h"

namespace sbx::gateway {

namespace {

bool is_hex(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }) &&
         text.find_first_not_of('0') != std::string_view::npos;
}

}  // namespace

// 00-TRACE-SPAN-FLAGS: 2, 32, 16 and 2 digits.
void read_trace_context(const http::Headers& headers, observe::Served& served) {
  const std::string_view said = http::find(headers, "traceparent").value_or(std::string_view{});
  if (said.size() >= 55 && said[2] == '-' && said[35] == '-' && said[52] == '-' && is_hex(said.substr(3, 32)) && is_hex(said.substr(36, 16))) {
    served.trace_id = said.substr(3, 32);
    served.parent_span_id = said.substr(36, 16);
    served.sampled = (said[54] & 1) != 0;  // the last digit's last bit: digits and letters of hexadecimal numbers end as they are odd
  } else {
    served.trace_id = new_id() + new_id().substr(0, 8);
  }
}

void set_trace_context(const observe::Served& served, std::string_view span, http::Headers& headers) {
  http::set(headers, "traceparent", "00-" + served.trace_id + "-" + std::string(span) + (served.sampled ? "-01" : "-00"));
}

}  // namespace sbx::gateway
