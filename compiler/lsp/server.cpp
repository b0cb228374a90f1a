// SPDX-License-Identifier: Apache-2.0
#include "compiler/lsp/server.h"

#include <algorithm>
#include <thread>

#include "compiler/lsp/publish.h"

namespace sbx::lsp {
namespace {

const Json kNull = nullptr;

const Json& member(const Json& json, const char* name) {
  auto found = json.is_object() ? json.find(name) : json.end();
  return json.is_object() && found != json.end() ? *found : kNull;
}

bool is_id(const Json& id) { return id.is_string() || id.is_number(); }

Json error_json(const Json& id, ErrorCode code, const std::string& message) {
  return {{"id", id}, {"error", {{"code", static_cast<int>(code)}, {"message", message}}}};
}

void read_messages(FrameReader::ReadBytes read, Inbox& inbox) {
  FrameReader frames(std::move(read));
  for (;;) {
    Frame frame = frames.next();
    if (auto* bytes = std::get_if<std::string>(&frame)) {
      Json message = Json::parse(*bytes, nullptr, false);
      if (message.is_discarded())
        inbox.put(BadFrame{"the message is not JSON"});
      else
        inbox.put(std::move(message));
    } else if (auto* bad = std::get_if<BadFrame>(&frame)) {
      inbox.put(std::move(*bad));
    } else {
      inbox.put(EndOfStream{});
      return;
    }
  }
}

}  // namespace

Result<int> serve(const Settings& settings, FrameReader::ReadBytes read, WriteBytes write) {
  Result<std::unique_ptr<Library>> library = load_library(settings.stdlib);
  if (!library) return library.error();
  auto inbox = std::make_shared<Inbox>();
  std::thread([inbox, read = std::move(read)] { read_messages(read, *inbox); }).detach();
  return Server(settings, std::shared_ptr<const Library>(std::move(*library)), inbox, std::move(write)).run();
}

Server::Server(Settings settings, const std::shared_ptr<const Library>& library, std::shared_ptr<Inbox> inbox, WriteBytes write)
    : settings_(std::move(settings)), inbox_(std::move(inbox)), write_(std::move(write)), workspace_(library, inbox_) {}

int Server::run() {
  while (phase_ != Phase::Over) {
    wait();
    if (events_.empty()) continue;
    Event next = std::move(events_.front());
    events_.pop_front();
    handle(std::move(next));
  }
  return shut_down_ ? 0 : 1;
}

// Edits that have arrived already are laid in before anything is checked; what was edited is checked before the thread sleeps.
void Server::wait() {
  if (inbox_->take(events_, Clock::now())) note_cancelled();
  if (!events_.empty()) return;
  try {
    if (const Snapshot* changed = workspace_.next_to_publish()) return publish(*changed);
  } catch (const std::exception& e) {
    notify("window/logMessage", {{"type", 1}, {"message", e.what()}});
  }
  if (inbox_->take(events_, workspace_.start_analyses())) note_cancelled();
}

void Server::note_cancelled() {
  std::set<Json> waiting;
  for (const Event& event : events_) {
    const auto* json = std::get_if<Json>(&event);
    if (!json) continue;
    if (member(*json, "method") != "$/cancelRequest") {
      if (is_id(member(*json, "id"))) waiting.insert(member(*json, "id"));
    } else if (waiting.contains(member(member(*json, "params"), "id"))) {
      cancelled_.insert(member(member(*json, "params"), "id"));
    }
  }
}

void Server::handle(Event event) {
  std::visit(overloaded{
                 [&](const Json& json) { message(json); },
                 [&](const BadFrame& bad) { send(error_json(nullptr, ErrorCode::ParseError, bad.why)); },
                 [&](const EndOfStream&) { phase_ = Phase::Over; },
                 [&](Analyzed& analyzed) { take(std::move(analyzed)); },
             },
             event);
}

// Lenses were asked for when the edit came, before there was a request to show.
void Server::take(Analyzed analyzed) {
  const Snapshot* snapshot = workspace_.take(std::move(analyzed));
  if (!snapshot) return;
  publish(*snapshot);
  const bool shows = std::ranges::any_of(snapshot->checked.diags.all(), [](const Diagnostic& one) { return one.witness.has_value(); });
  if (shows && refreshes_lenses_) send({{"id", "lenses " + std::to_string(++asked_)}, {"method", "workspace/codeLens/refresh"}});
}

void Server::message(const Json& message) {
  const Json& id = member(message, "id");
  const Json& method = member(message, "method");
  const bool is_answer = method.is_null() && is_id(id) && (message.contains("result") || message.contains("error"));
  if (is_answer) return;  // of what `initialized` asked
  const bool has_id = message.is_object() && message.contains("id");
  if (!method.is_string() || (has_id && !is_id(id)))
    return send(error_json(is_id(id) ? id : kNull, ErrorCode::InvalidRequest, "a message has a `method`, and an `id` where it asks"));
  const std::string& name = method.get_ref<const std::string&>();
  if (has_id) return request(id, name, member(message, "params"));
  try {
    notification(name, member(message, "params"));
  } catch (const std::exception& e) {
    notify("window/logMessage", {{"type", 1}, {"message", "`" + name + "` is passed by: " + e.what()}});
  }
}

void Server::request(const Json& id, const std::string& method, const Json& params) {
  if (cancelled_.erase(id)) return send(error_json(id, ErrorCode::RequestCancelled, "cancelled"));
  try {
    send({{"id", id}, {"result", answer(method, params)}});
  } catch (const Refusal& refusal) {
    send(error_json(id, refusal.code, refusal.what()));
  } catch (const Json::exception&) {
    send(error_json(id, ErrorCode::InvalidParams, "these are no parameters of `" + method + "`"));
  } catch (const std::exception& e) {
    send(error_json(id, ErrorCode::InternalError, e.what()));
  }
}

void Server::publish(const Snapshot& snapshot) {
  notify("textDocument/publishDiagnostics",
         {{"uri", snapshot.uri}, {"version", snapshot.version}, {"diagnostics", diagnostics_json(snapshot, settings_.pages)}});
}

void Server::notify(const char* method, Json params) { send({{"method", method}, {"params", std::move(params)}}); }

void Server::send(Json message) {
  Json whole = {{"jsonrpc", "2.0"}};
  whole.update(message);
  // Texts of files that are not UTF-8 may be quoted.
  if (!write_(framed(whole.dump(-1, ' ', false, Json::error_handler_t::replace)))) phase_ = Phase::Over;
}

}  // namespace sbx::lsp
