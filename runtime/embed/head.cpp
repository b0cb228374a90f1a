// SPDX-License-Identifier: Apache-2.0
#include "runtime/embed/head.h"

#include <algorithm>
#include <span>

#include "runtime/embed/c_views.h"
#include "runtime/request/decode.h"
#include "runtime/request/dialect.h"

namespace sbx::embed {

namespace {

constexpr uint32_t kKnownFlags = SBX_EXPLAIN | SBX_BODY_WITHHELD | SBX_HAS_IDLE | SBX_HAS_TIME | SBX_HAS_DEADLINE;

std::string lower(std::string_view name) {
  std::string result(name);
  for (char& c : result) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return result;
}

template <class Item>
bool is_list(const Item* items, uint64_t count) {
  return items != nullptr || count == 0;
}

std::optional<std::vector<std::string>> texts(const sbx_text* items, uint64_t count) {
  if (items == nullptr) return std::nullopt;
  std::vector<std::string> result;
  for (const sbx_text& item : std::span(items, count)) result.emplace_back(view(item));
  return result;
}

bool has_lists(const sbx_head& head) {
  return is_list(head.headers, head.header_count) && is_list(head.metadata, head.metadata_count) &&
         is_list(head.user_roles, head.user_role_count) && is_list(head.user_groups, head.user_group_count) &&
         is_list(head.events, head.event_count) && is_list(head.readings, head.reading_count);
}

void read_pairs(const sbx_head& head, Request& request) {
  for (const sbx_pair& pair : std::span(head.headers, head.header_count))
    request.headers.emplace_back(lower(view(pair.name)), view(pair.value));
  for (const sbx_pair& pair : std::span(head.metadata, head.metadata_count))
    request.metadata.emplace_back(view(pair.name), view(pair.value));
  for (const sbx_pair& pair : std::span(head.events, head.event_count))
    request.events.push_back({std::string(view(pair.name)), std::string(view(pair.value))});
  for (const sbx_pair& pair : std::span(head.readings, head.reading_count))
    request.readings.push_back({std::string(view(pair.name)), std::string(view(pair.value))});
}

}  // namespace

std::optional<Head> read_head(const sbx_head* given) {
  const std::optional<sbx_head> known = known_part(given);
  if (!known || (known->flags & ~kKnownFlags) != 0 || !has_lists(*known)) return std::nullopt;
  Head head;
  Request& request = head.request;
  request.has_body = false;
  request.id = view(known->id);
  request.path = view(known->path);
  request.model = view(known->model);
  head.dialect = dialect_of_path(request.path);
  if (!head.dialect && known->dialect.data != nullptr) {
    head.dialect = parse_dialect(view(known->dialect));
    if (!head.dialect) return std::nullopt;
  }
  request.dialect = head.dialect.value_or(Dialect::Chat);
  read_pairs(*known, request);
  request.user = {.id = optional_text(known->user_id),
                  .tier = optional_text(known->user_tier),
                  .region = optional_text(known->user_region),
                  .team = optional_text(known->user_team),
                  .roles = texts(known->user_roles, known->user_role_count),
                  .groups = texts(known->user_groups, known->user_group_count)};
  request.session.id = optional_text(known->session_id);
  request.session.previous_model = optional_text(known->previous_model);
  if ((known->flags & SBX_HAS_IDLE) != 0) request.session.idle_ms = known->idle_ms;
  request.time_us = (known->flags & SBX_HAS_TIME) != 0 ? known->time_us : now_us();
  request.seed = known->seed;
  if ((known->flags & SBX_HAS_DEADLINE) != 0) head.deadline_us = std::max<int64_t>(0, known->deadline_us);
  head.explain = (known->flags & SBX_EXPLAIN) != 0;
  head.body_withheld = (known->flags & SBX_BODY_WITHHELD) != 0;
  return head;
}

}  // namespace sbx::embed
