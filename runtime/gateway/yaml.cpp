// SPDX-License-Identifier: Apache-2.0
#include "runtime/gateway/yaml.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <sstream>

namespace sbx::gateway {

namespace {

constexpr size_t kDeepest = 32;  // settings need five
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

/// Places in the text that yaml-cpp has read; it counts bytes, but for a byte order mark.
class Places {
 public:
  Places(FileId file, std::string_view text) : file_(file), text_(text), skipped_(text.starts_with(kByteOrderMark) ? 3 : 0) {}

  [[nodiscard]] Span line_from(const YAML::Mark& mark) const {
    const size_t begin = byte(mark);
    size_t end = std::min(text_.find_first_of("\r\n", begin), text_.size());
    if (const size_t comment = text_.substr(begin, end - begin).find(" #"); comment != std::string_view::npos) end = begin + comment;
    while (end > begin && text_[end - 1] == ' ') --end;
    return span(begin, end);
  }

  [[nodiscard]] Span text_at(const YAML::Mark& mark, std::string_view value) const {
    const size_t begin = byte(mark);
    if (text_.substr(begin, value.size()) == value) return span(begin, begin + value.size());
    if (begin < text_.size() && (text_[begin] == '"' || text_[begin] == '\''))
      return span(begin, std::min(closing_quote(begin), text_.size()));
    return line_from(mark);
  }

  /// A quote that is opened and not closed, which yaml-cpp takes at the end of a file.
  [[nodiscard]] bool is_open_quote(const YAML::Mark& mark) const {
    const size_t begin = byte(mark);
    return begin < text_.size() && (text_[begin] == '"' || text_[begin] == '\'') && closing_quote(begin) == std::string_view::npos;
  }

  [[nodiscard]] Span point(const YAML::Mark& mark) const {
    const size_t begin = byte(mark);
    return span(begin, begin);
  }

 private:
  [[nodiscard]] size_t byte(const YAML::Mark& mark) const {
    return mark.is_null() ? 0 : std::min(static_cast<size_t>(mark.pos) + skipped_, text_.size());
  }
  [[nodiscard]] size_t closing_quote(size_t begin) const {
    const char quote = text_[begin];
    for (size_t at = begin + 1; at < text_.size(); ++at) {
      if (text_[at] == '\\' && quote == '"')
        ++at;
      else if (quote == '\'' && text_.substr(at, 2) == "''")
        ++at;
      else if (text_[at] == quote)
        return at + 1;
    }
    return std::string_view::npos;
  }
  [[nodiscard]] Span span(size_t begin, size_t end) const { return Span{file_, static_cast<uint32_t>(begin), static_cast<uint32_t>(end)}; }

  FileId file_;
  std::string_view text_;
  size_t skipped_;
};

/// Puts the parser's events together. `open_` are the lists and mappings that have begun; of a mapping, a key may wait for its value.
class Builder : public YAML::EventHandler {
 public:
  Builder(const Places& places, Diagnostics& diags) : places_(places), diags_(diags) {}

  [[nodiscard]] Yaml document() && { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t) override { place({.span = places_.point(mark)}, mark); }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    diags_.report(Kind::SettingsNotYaml, places_.line_from(mark), "an alias cannot stand in settings").help("write the value out");
    place({.span = places_.point(mark)}, mark);
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t, const std::string& value) override {
    check_tag(mark, tag);
    if (tag == "!" && places_.is_open_quote(mark))
      diags_.report(Kind::SettingsNotYaml, places_.line_from(mark), "the quote is never closed");
    place({.kind = Yaml::Kind::Text, .span = places_.text_at(mark, value), .text = value, .quoted = tag == "!"}, mark);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t, YAML::EmitterStyle::value) override {
    check_tag(mark, tag);
    begin({.kind = Yaml::Kind::List, .span = places_.line_from(mark)}, mark);
  }
  void OnSequenceEnd() override { end(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t, YAML::EmitterStyle::value) override {
    check_tag(mark, tag);
    begin({.kind = Yaml::Kind::Mapping, .span = places_.line_from(mark)}, mark);
  }
  void OnMapEnd() override { end(); }

 private:
  struct Open {
    Yaml node;
    YAML::Mark mark;
    std::optional<Yaml> key;
  };

  void check_tag(const YAML::Mark& mark, const std::string& tag) {
    if (tag.empty() || tag == "?" || tag == "!") return;
    diags_.report(Kind::SettingsNotYaml, places_.line_from(mark), "a tag cannot stand in settings").help("write the value plainly");
  }
  void begin(Yaml node, const YAML::Mark& mark) {
    if (open_.size() >= kDeepest) throw YAML::ParserException(mark, "lists and mappings are nested too deep");
    open_.push_back({std::move(node), mark, std::nullopt});
  }
  void end() {
    Open done = std::move(open_.back());
    open_.pop_back();
    place(std::move(done.node), done.mark);
  }
  void place(Yaml node, const YAML::Mark& mark) {
    if (open_.empty()) {
      root_ = std::move(node);
      return;
    }
    Open& into = open_.back();
    if (into.node.kind == Yaml::Kind::List) {
      into.node.items.push_back(std::move(node));
    } else if (!into.key) {
      if (node.kind != Yaml::Kind::Text) diags_.report(Kind::SettingsNotYaml, places_.line_from(mark), "a name of a setting is a text");
      into.key = std::move(node);
    } else {
      enter(into.node, *std::exchange(into.key, std::nullopt), std::move(node));
    }
  }
  void enter(Yaml& mapping, Yaml key, Yaml value) {
    if (key.kind != Yaml::Kind::Text) return;
    for (const auto& [earlier, _] : mapping.entries) {
      if (earlier.text != key.text) continue;
      diags_.report(Kind::RepeatedSetting, key.span, "`" + key.text + "` is said twice")
          .label(earlier.span, "here for the first time")
          .help("keep one of the two");
      return;
    }
    mapping.entries.emplace_back(std::move(key), std::move(value));
  }

  const Places& places_;
  Diagnostics& diags_;
  Yaml root_;
  std::vector<Open> open_;
};

bool is_bytes_of_text(std::string_view text) {
  return std::ranges::none_of(text, [](unsigned char c) { return c == 0 || c == 0xFE || c == 0xFF; });
}

}  // namespace

std::optional<Yaml> parse_yaml(FileId file, const std::string& text, Diagnostics& diags) {
  const Places places(file, text);
  if (!is_bytes_of_text(text)) {
    diags.report(Kind::SettingsNotYaml, Span{file, 0, 0}, "the file is no text in UTF-8");
    return std::nullopt;
  }
  const size_t errors_before = diags.count(Severity::Error);
  try {
    std::istringstream bytes(text);
    YAML::Parser parser(bytes);
    Builder builder(places, diags);
    if (!parser.HandleNextDocument(builder)) return Yaml{.span = Span{file, 0, 0}};
    Yaml document = std::move(builder).document();
    Builder another(places, diags);
    if (parser.HandleNextDocument(another))
      diags.report(Kind::SettingsNotYaml, std::move(another).document().span, "settings are one document")
          .help("take the second `---` out");
    if (diags.count(Severity::Error) > errors_before) return std::nullopt;
    return document;
  } catch (const YAML::Exception& e) {
    diags.report(Kind::SettingsNotYaml, places.line_from(e.mark), "the settings are not YAML: " + e.msg);
    return std::nullopt;
  } catch (const std::exception& e) {
    diags.report(Kind::SettingsNotYaml, Span{file, 0, 0}, std::string("the settings are not YAML: ") + e.what());
    return std::nullopt;
  }
}

}  // namespace sbx::gateway
