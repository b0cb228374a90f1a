// SPDX-License-Identifier: Apache-2.0
// Puts back into an answer what `redact` took out of the request, as it streams by.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sbx::effects {

/// One answer. Not thread-safe. The answer's length changes, and it must not be compressed.
class Restorer {
 public:
  /// `restores`: Outgoing::restores. `is_event_stream`: the answer is `text/event-stream`, whose texts come in pieces, each in an event.
  Restorer(std::vector<std::pair<std::string, std::string>> restores, bool is_event_stream);

  /// What can go on of the answer. Of an event stream whole events; a piece that may begin a placeholder waits for the next of its text.
  /// Another answer is one document, and goes on when it has ended.
  [[nodiscard]] std::string feed(std::string_view bytes);
  /// The rest, when the answer has ended.
  [[nodiscard]] std::string finish();

 private:
  struct Text {               // of one choice, block or item
    std::string key;
    std::string held;         // its end, which may begin a placeholder
    std::string event;        // the last one of it, with `kMark` where its text stands
  };

  [[nodiscard]] std::string restored(std::string_view text) const;
  [[nodiscard]] std::string whole(std::string_view bytes) const;
  [[nodiscard]] size_t open_end(std::string_view text) const;
  [[nodiscard]] std::string event(std::string_view bytes);
  [[nodiscard]] std::string let_go();
  Text& text_of(const std::string& key);

  std::vector<std::pair<std::string, std::string>> restores_;
  bool is_event_stream_;
  std::string waiting_;
  std::vector<Text> texts_;
};

}  // namespace sbx::effects
