// SPDX-License-Identifier: Apache-2.0
#include "runtime/effects/restorer.h"

#include <algorithm>
#include <optional>

#include "runtime/effects/edit_json.h"

namespace sbx::effects {

namespace {

constexpr std::string_view kMark = "\x01";  // stands in no JSON

// Where the next event ends, behind its empty line; 0: not yet.
size_t end_of_event(std::string_view bytes, size_t from) {
  for (size_t at = bytes.find('\n', from); at != std::string_view::npos; at = bytes.find('\n', at + 1)) {
    size_t next = at + 1;
    if (next < bytes.size() && bytes[next] == '\r') ++next;
    if (next < bytes.size() && bytes[next] == '\n') return next + 1;
  }
  return 0;
}

struct Piece {
  std::string key;
  JsonContainer* holder = nullptr;
  JsonItem* item = nullptr;
};

std::string number_of(JsonContainer& object, std::string_view key) {
  JsonItem* item = object.find(key);
  return item == nullptr ? std::string() : std::string(object.json(*item));
}

void add(std::vector<Piece>& pieces, std::string key, JsonContainer& holder, std::string_view member) {
  JsonItem* item = holder.find(member);
  if (item != nullptr && holder.json(*item).starts_with('"')) pieces.push_back({std::move(key), &holder, item});
}

// Pieces of texts in an event of chat.
void pieces_of_chat(JsonContainer& root, std::vector<Piece>& pieces, bool& ends) {
  JsonContainer* choices = root.array(root.find("choices"));
  if (choices == nullptr) return;
  for (JsonItem& one : choices->items()) {
    JsonContainer* choice = choices->object(&one);
    if (choice == nullptr) continue;
    ends |= choice->find("finish_reason") != nullptr;
    JsonContainer* delta = choice->object(choice->find("delta"));
    if (delta == nullptr) continue;
    const std::string index = number_of(*choice, "index");
    for (const std::string_view name : {"content", "refusal", "reasoning_content", "reasoning"})
      add(pieces, index + " " + std::string(name), *delta, name);
    JsonContainer* calls = delta->array(delta->find("tool_calls"));
    if (calls == nullptr) continue;
    for (JsonItem& item : calls->items()) {
      JsonContainer* call = calls->object(&item);
      JsonContainer* function = call == nullptr ? nullptr : call->object(call->find("function"));
      if (function != nullptr) add(pieces, index + " tool " + number_of(*call, "index"), *function, "arguments");
    }
  }
}

// In an event of Messages or Responses, which say their type.
void pieces_of_typed(JsonContainer& root, const std::string& type, std::vector<Piece>& pieces, bool& ends) {
  if (type == "content_block_delta") {
    JsonContainer* delta = root.object(root.find("delta"));
    if (delta == nullptr) return;
    for (const std::string_view name : {"text", "partial_json"})  // not `thinking`, which is signed
      add(pieces, number_of(root, "index") + " " + std::string(name), *delta, name);
  } else if (type.ends_with(".delta")) {
    add(pieces, type + " " + number_of(root, "output_index") + " " + number_of(root, "content_index"), root, "delta");
  } else {
    ends |= type != "ping" && type != "content_block_start" && type != "message_start";
  }
}

}  // namespace

Restorer::Restorer(std::vector<std::pair<std::string, std::string>> restores, bool is_event_stream)
    : restores_(std::move(restores)), is_event_stream_(is_event_stream) {}

std::string Restorer::restored(std::string_view text) const {
  std::string result;
  for (size_t at = 0; at < text.size();) {
    const size_t open = text.find('[', at);
    result.append(text.substr(at, open - at));
    if (open == std::string_view::npos) break;
    const auto found = std::ranges::find_if(restores_, [&](const auto& one) { return text.substr(open).starts_with(one.first); });
    result += found == restores_.end() ? std::string("[") : found->second;
    at = open + (found == restores_.end() ? 1 : found->first.size());
  }
  return result;
}

// Where an end begins that may become a placeholder; the text's size: nowhere.
size_t Restorer::open_end(std::string_view text) const {
  const size_t open = text.rfind('[');
  if (open == std::string_view::npos) return text.size();
  const std::string_view end = text.substr(open);
  const bool may = std::ranges::any_of(restores_, [&](const auto& one) { return one.first.size() > end.size() && one.first.starts_with(end); });
  return may ? open : text.size();
}

// Thinking of Messages is signed, and comes back with the next request: it stays as the model said it.
std::string Restorer::whole(std::string_view bytes) const {
  auto document = JsonDocument::open(bytes);
  JsonContainer* content = document ? document->root().array(document->root().find("content")) : nullptr;
  if (content == nullptr) return restored(bytes);
  for (JsonItem& item : content->items()) {
    JsonContainer* block = content->object(&item);
    const bool is_signed = block != nullptr && block->text_of("type").find("thinking") != std::string::npos;
    if (!is_signed) item.replacement = restored(content->json(item));
  }
  return document->finish();
}

std::string Restorer::feed(std::string_view bytes) {
  if (restores_.empty()) return std::string(bytes);
  const size_t seen = waiting_.size() < 3 ? 0 : waiting_.size() - 3;
  waiting_ += bytes;
  std::string out;
  if (!is_event_stream_) return out;
  size_t from = 0;
  for (size_t end = end_of_event(waiting_, seen); end > 0; end = end_of_event(waiting_, from)) {
    out += event(std::string_view(waiting_).substr(from, end - from));
    from = end;
  }
  waiting_.erase(0, from);
  return out;
}

std::string Restorer::finish() {
  std::string out;
  if (is_event_stream_ && !waiting_.empty()) {
    out = event(waiting_);
  } else {
    out = whole(waiting_);
  }
  waiting_.clear();
  return out + let_go();
}

Restorer::Text& Restorer::text_of(const std::string& key) {
  const auto found = std::ranges::find(texts_, key, &Text::key);
  return found == texts_.end() ? texts_.emplace_back(Text{key, {}, {}}) : *found;
}

// Texts that no placeholder came of, each in an event like the last of its kind.
std::string Restorer::let_go() {
  std::string out;
  for (Text& text : texts_) {
    if (text.held.empty()) continue;
    const size_t mark = text.event.find(kMark);
    out += text.event.substr(0, mark) + json_text(text.held) + text.event.substr(mark + kMark.size());
    text.held.clear();
  }
  return out;
}

std::string Restorer::event(std::string_view bytes) {
  const size_t line = bytes.starts_with("data:") ? 0 : bytes.find("\ndata:");
  if (line == std::string_view::npos) return std::string(bytes);
  const size_t begin = bytes.find(':', line) + 1;
  const size_t end = std::min(bytes.find_first_of("\r\n", begin), bytes.size());
  auto document = JsonDocument::open(bytes.substr(begin, end - begin));
  if (!document) return let_go() + restored(bytes);  // `[DONE]`
  JsonContainer& root = document->root();
  std::vector<Piece> pieces;
  std::vector<std::string> sent;
  std::vector<bool> is_said;  // as it came
  bool ends = false;
  const std::string type = root.text_of("type");
  if (root.find("choices") != nullptr) {
    pieces_of_chat(root, pieces, ends);
  } else {
    pieces_of_typed(root, type, pieces, ends);
  }
  for (const Piece& piece : pieces) {
    const std::string said = piece.holder->text(piece.item).value_or(std::string());
    Text& text = text_of(piece.key);
    std::string whole = text.held + said;
    const size_t open = ends ? whole.size() : open_end(whole);
    text.held = whole.substr(open);
    whole.resize(open);
    if (!text.held.empty()) {
      // This event with nothing but its place for the text: for what is held, if nothing comes of it.
      for (const Piece& other : pieces) other.item->replacement = other.item == piece.item ? std::string(kMark) : "\"\"";
      text.event = std::string(bytes.substr(0, begin)) + document->finish() + std::string(bytes.substr(end));
    }
    sent.push_back(restored(whole));
    is_said.push_back(sent.back() == said);
  }
  for (size_t i = 0; i < pieces.size(); ++i) {
    pieces[i].item->replacement.reset();
    if (!is_said[i]) pieces[i].item->replacement = json_text(sent[i]);
  }
  const bool is_chat = root.find("choices") != nullptr;
  const std::string before = ends || (is_chat && pieces.empty()) ? let_go() : std::string();
  std::string data = document->finish();
  if (ends || (is_chat && pieces.empty())) data = restored(data);  // a text in full, at its end
  return before + std::string(bytes.substr(0, begin)) + data + std::string(bytes.substr(end));
}

}  // namespace sbx::effects
