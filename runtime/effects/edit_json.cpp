// SPDX-License-Identifier: Apache-2.0
#include "runtime/effects/edit_json.h"

#include <simdjson.h>

#include <algorithm>

namespace sbx::effects {

namespace {

namespace od = simdjson::ondemand;

Error not_json(simdjson::error_code error) {
  if (error == simdjson::UTF8_ERROR) return {"R0730", "the request is not UTF-8"};
  if (error == simdjson::EMPTY) return {"R0730", "the request is empty"};
  if (error == simdjson::INCORRECT_TYPE) return {"R0732", "the document is not an object"};
  return {"R0730", "the request is not JSON"};
}

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

// The value's bytes without the white space that simdjson counts to it.
simdjson::error_code read_value(od::value value, std::string_view bytes, JsonItem& item) {
  std::string_view raw;
  if (const auto error = simdjson::to_json_string(value).get(raw)) return error;
  item.value = static_cast<size_t>(raw.data() - bytes.data());
  item.end = std::min(item.value + raw.size(), bytes.size());
  while (item.end > item.value && is_space(bytes[item.end - 1])) --item.end;
  return item.end > item.value ? simdjson::SUCCESS : simdjson::TAPE_ERROR;
}

simdjson::error_code read_members(od::document& document, std::string_view bytes, std::vector<JsonItem>& items) {
  od::object object;
  if (const auto error = document.get_object().get(object)) return error;
  for (auto found : object) {
    od::field field;
    if (const auto error = std::move(found).get(field)) return error;
    JsonItem item;
    item.begin = static_cast<size_t>(field.key().raw() - bytes.data()) - 1;
    std::string_view key;
    if (const auto error = field.unescaped_key().get(key)) return error;
    item.key = key;
    if (const auto error = read_value(field.value(), bytes, item)) return error;
    items.push_back(std::move(item));
  }
  return simdjson::SUCCESS;
}

simdjson::error_code read_elements(od::document& document, std::string_view bytes, std::vector<JsonItem>& items) {
  od::array array;
  if (const auto error = document.get_array().get(array)) return error;
  for (auto found : array) {
    JsonItem item;
    od::value value;
    if (const auto error = std::move(found).get(value)) return error;
    if (const auto error = read_value(value, bytes, item)) return error;
    item.begin = item.value;
    items.push_back(std::move(item));
  }
  return simdjson::SUCCESS;
}

void escape(std::string& out, std::string_view text) {
  constexpr std::string_view kHex = "0123456789abcdef";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out.append({'\\', c});
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (c == '\r') {
      out += "\\r";
    } else if (static_cast<unsigned char>(c) < 0x20) {
      out += "\\u00";
      out.append({kHex[static_cast<size_t>(c) >> 4 & 15], kHex[static_cast<size_t>(c) & 15]});
    } else {
      out += c;
    }
  }
}

}  // namespace

std::optional<Error> JsonContainer::read(size_t begin, size_t end) {
  begin_ = begin;
  end_ = end;
  // A parser for each: what is opened is small, and nothing is kept between requests.
  od::parser parser;
  od::document document;
  const simdjson::padded_string_view view(bytes_.data() + begin, end - begin, end - begin + simdjson::SIMDJSON_PADDING);
  if (const auto error = parser.iterate(view).get(document)) return not_json(error);
  const bool is_array = bytes_[begin] == '[';
  const auto error = is_array ? read_elements(document, bytes_, items_) : read_members(document, bytes_, items_);
  if (error) return not_json(error);
  if (document.current_location().error() != simdjson::OUT_OF_BOUNDS) return not_json(simdjson::TAPE_ERROR);
  return std::nullopt;
}

JsonItem* JsonContainer::find(std::string_view key) {
  for (auto item = items_.rbegin(); item != items_.rend(); ++item) {
    if (!item->removed && item->key == key) return json(*item) == "null" ? nullptr : &*item;
  }
  return nullptr;
}

size_t JsonContainer::count(std::string_view key) const {
  return static_cast<size_t>(std::ranges::count_if(items_, [&](const JsonItem& item) { return !item.removed && item.key == key; }));
}

void JsonContainer::set(std::string_view key, std::string value) {
  JsonItem* last = nullptr;
  for (JsonItem& item : items_) {
    if (item.removed || item.key != key) continue;
    if (last != nullptr) last->removed = true;
    last = &item;
  }
  if (last == nullptr) {
    append(json_text(key) + ":" + value);
  } else if (json(*last) != value) {
    last->replacement = std::move(value);
  }
}

bool JsonContainer::remove(std::string_view key) {
  bool any = false;
  for (JsonItem& item : items_) {
    if (item.removed || item.key != key) continue;
    item.removed = any = true;
  }
  return any;
}

JsonContainer* JsonContainer::open(JsonItem* item, char bracket) {
  if (item == nullptr || item->removed || item->replacement || bytes_[item->value] != bracket) return nullptr;
  if (item->inside) return item->inside.get();
  std::unique_ptr<JsonContainer> inside(new JsonContainer(bytes_));
  if (inside->read(item->value, item->end)) return nullptr;
  item->inside = std::move(inside);
  return item->inside.get();
}

std::string_view JsonContainer::json(const JsonItem& item) const {
  return item.replacement ? std::string_view(*item.replacement) : bytes_.substr(item.value, item.end - item.value);
}

std::optional<std::string> JsonContainer::text(const JsonItem* item) const {
  return item == nullptr ? std::nullopt : unquoted(json(*item));
}

std::string JsonContainer::text_of(std::string_view key) { return text(find(key)).value_or(std::string()); }

size_t JsonContainer::left() const {
  return static_cast<size_t>(std::ranges::count_if(items_, [](const JsonItem& item) { return !item.removed; }));
}

bool JsonContainer::is_changed() const {
  return !front_.empty() || !back_.empty() || std::ranges::any_of(items_, [](const JsonItem& item) {
    return item.removed || item.replacement || (item.inside && item.inside->is_changed());
  });
}

// Writes this container to its end. `from`: up to where the document is written.
void JsonContainer::write(std::string& out, size_t& from) const {
  const auto copy_to = [&](size_t end) {
    if (end > from) out.append(bytes_.substr(from, end - from));
    from = std::max(from, end);
  };
  const auto join = [&](const std::vector<std::string>& values) {
    for (size_t i = 0; i < values.size(); ++i) {
      if (i > 0) out += ',';
      out += values[i];
    }
  };
  const auto last = std::find_if(items_.rbegin(), items_.rend(), [](const JsonItem& item) { return !item.removed; });
  bool wrote = false;
  if (last == items_.rend() && !(front_.empty() && back_.empty())) {
    copy_to(begin_ + 1);
    join(front_);
    if (!front_.empty() && !back_.empty()) out += ',';
    join(back_);
  }
  for (size_t i = 0; i < items_.size(); ++i) {
    const JsonItem& item = items_[i];
    if (item.removed) {
      // With one kept before it goes with the comma that leads to it, else with the one behind it.
      if (!wrote) copy_to(item.begin);
      from = wrote || i + 1 == items_.size() ? item.end : items_[i + 1].begin;
      continue;
    }
    copy_to(item.begin);
    if (!wrote && !front_.empty()) {
      join(front_);
      out += ',';
    }
    copy_to(item.value);
    if (item.replacement) {
      out += *item.replacement;
      from = item.end;
    } else if (item.inside && item.inside->is_changed()) {
      item.inside->write(out, from);
    }
    copy_to(item.end);
    wrote = true;
    if (&item == &*last && !back_.empty()) {
      out += ',';
      join(back_);
    }
  }
  copy_to(end_);
}

Result<JsonDocument> JsonDocument::open(std::string_view bytes) {
  constexpr std::string_view kMark = "\xEF\xBB\xBF";
  size_t begin = bytes.starts_with(kMark) ? kMark.size() : 0;
  while (begin < bytes.size() && is_space(bytes[begin])) ++begin;
  size_t end = bytes.size();
  while (end > begin && is_space(bytes[end - 1])) --end;
  if (begin == end) return not_json(simdjson::EMPTY);
  JsonDocument document;
  document.size_ = bytes.size();
  document.padded_ = std::make_unique<std::string>();
  document.padded_->reserve(bytes.size() + simdjson::SIMDJSON_PADDING);
  document.padded_->append(bytes).append(simdjson::SIMDJSON_PADDING, ' ');
  document.root_.reset(new JsonContainer(*document.padded_));
  if (bytes[begin] == '[') return not_json(simdjson::INCORRECT_TYPE);
  if (const auto error = document.root_->read(begin, end)) return *error;
  return document;
}

std::string JsonDocument::finish() const {
  const std::string_view bytes = std::string_view(*padded_).substr(0, size_);
  if (!root_->is_changed()) return std::string(bytes);
  std::string out;
  out.reserve(size_ + 256);
  size_t from = 0;
  root_->write(out, from);
  if (from < size_) out.append(bytes.substr(from));
  return out;
}

std::optional<std::string> unquoted(std::string_view json) {
  if (json.size() < 2 || !json.starts_with('"')) return std::nullopt;
  if (json.find('\\') == std::string_view::npos) return std::string(json.substr(1, json.size() - 2));
  const simdjson::padded_string padded(json);
  od::parser parser;
  od::document document;
  std::string_view text;
  if (parser.iterate(padded).get(document) || document.get_string().get(text)) return std::nullopt;
  return std::string(text);
}

std::string json_text(std::string_view text) {
  std::string out = "\"";
  escape(out, text);
  out += '"';
  return out;
}

std::string before_json_text(std::string_view text, std::string_view json) {
  std::string out = "\"";
  escape(out, text);
  out.append(json.substr(1));
  return out;
}

}  // namespace sbx::effects
