// SPDX-License-Identifier: Apache-2.0
// The layout of a finding: head, place, annotated lines by file, notes, help, fixes. No widths here: see glyphs.h.
#include "runtime/diag/render.h"

#include <algorithm>
#include <map>

#include "runtime/diag/glyphs.h"

namespace sbx {
namespace {

constexpr int LineWidth = 140;        // longer lines are shown through a window of this many columns
constexpr size_t WindowBytes = 2048;  // and never more than this is looked at on either side of the place

struct Palette {
  const char *error = "", *warning = "", *note = "", *gutter = "", *bold = "", *end = "";
};

Palette palette(bool color) {
  if (!color) return {};
  return {"\x1b[1;31m", "\x1b[1;33m", "\x1b[1;36m", "\x1b[1;34m", "\x1b[1m", "\x1b[0m"};
}

/// A span cut down to one line, with its text.
struct Mark {
  uint32_t line = 0;
  size_t begin = 0, end = 0;  // bytes of the line
  bool primary = false;
  std::string label;
};

/// A line as it will be printed, and the columns of its bytes.
struct Shown {
  std::string text;
  std::vector<std::pair<size_t, int>> columns;  // byte → column, both ascending
  int width = 0;

  int column(size_t byte) const {
    auto at = std::lower_bound(columns.begin(), columns.end(), std::pair(byte, -1));
    return at == columns.end() ? width : at->second;
  }
};

/// Cuts a long line to a window around `focus`.
Shown show(std::string_view line, size_t focus) {
  focus = std::min(focus, line.size());
  auto starts_point = [&](size_t at) { return at == line.size() || (static_cast<unsigned char>(line[at]) & 0xC0) != 0x80; };
  size_t first = focus > WindowBytes ? focus - WindowBytes : 0;
  size_t last = std::min(line.size(), focus + WindowBytes);
  for (int i = 0; i < 3 && !starts_point(first); ++i) ++first;
  for (int i = 0; i < 3 && !starts_point(last); ++i) --last;

  std::vector<Glyph> all = glyphs(line.substr(first, last - first));
  int total = 0, focus_column = 0;
  for (const Glyph& glyph : all) {
    if (first + glyph.byte < focus) focus_column = total + glyph.width;
    total += glyph.width;
  }
  bool whole = first == 0 && last == line.size() && total <= LineWidth;
  int from = whole || focus_column < LineWidth * 2 / 3 ? 0 : focus_column - LineWidth / 2;
  bool cut_left = first > 0 || from > 0;

  Shown shown;
  if (cut_left) {
    shown.text = "...";
    shown.width = 3;
  }
  int column = 0;
  bool cut_right = last < line.size();
  for (const Glyph& glyph : all) {
    int here = column;
    column += glyph.width;
    if (here < from) continue;
    if (!whole && here >= from + LineWidth) {
      cut_right = true;
      break;
    }
    shown.columns.emplace_back(first + glyph.byte, shown.width);
    shown.text += glyph.shown;
    shown.width += glyph.width;
  }
  if (cut_right) shown.text += "...";
  return shown;
}

class Renderer {
 public:
  Renderer(const Diagnostic& diagnostic, const SourceSet& sources, RenderOptions options)
      : diagnostic_(diagnostic), sources_(sources), paint_(palette(options.color)) {}

  std::string render() {
    head();
    for (FileId file : files()) excerpt(file);
    for (const std::string& note : diagnostic_.notes) remark("note", note);
    if (diagnostic_.witness) show_witness(*diagnostic_.witness);
    for (const std::string& help : diagnostic_.help) remark("help", help);
    for (const Fix& fix : diagnostic_.fixes) show_fix(fix, is_told(fix.title));
    return std::move(out_);
  }

 private:
  /// Whether the help says already what the title of a fix would: both are the only one, or it quotes the same.
  [[nodiscard]] bool is_told(const std::string& title) const {
    if (diagnostic_.help.size() == 1 && diagnostic_.fixes.size() == 1) return true;
    const size_t first = title.find('`'), last = title.rfind('`');
    if (first == std::string::npos) return false;
    const std::string quoted = title.substr(first, last - first + 1);
    return std::ranges::any_of(diagnostic_.help, [&](const std::string& help) { return help.find(quoted) != std::string::npos; });
  }

  void head() {
    const char* word = diagnostic_.severity == Severity::Error ? "error" : diagnostic_.severity == Severity::Warning ? "warning" : "note";
    out_ += std::string(severity_paint()) + word + "[" + std::string(row(diagnostic_.kind).code) + "]" + paint_.end + paint_.bold + ": " +
            diagnostic_.message + paint_.end + "\n";
  }

  const char* severity_paint() const {
    switch (diagnostic_.severity) {
      case Severity::Error:
        return paint_.error;
      case Severity::Warning:
        return paint_.warning;
      case Severity::Note:
        return paint_.note;
    }
    return "";
  }

  /// The primary file first, the others in the order their labels were added. Also sets the gutter's width.
  std::vector<FileId> files() {
    std::vector<FileId> found;
    auto add = [&](Span span) {
      if (!span.valid()) return;
      if (std::find(found.begin(), found.end(), span.file) == found.end()) found.push_back(span.file);
      gutter_ = std::max(gutter_, std::to_string(sources_.position(span.file, span.begin).line).size());
    };
    add(diagnostic_.span);
    for (const Label& label : diagnostic_.labels) add(label.span);
    for (const Fix& fix : diagnostic_.fixes) {
      for (const Edit& edit : fix.edits) {
        if (edit.span.valid()) gutter_ = std::max(gutter_, std::to_string(sources_.position(edit.span.file, edit.span.begin).line).size());
      }
    }
    return found;
  }

  Mark mark(Span span, bool primary, const std::string& label) const {
    Position begin = sources_.position(span.file, span.begin);
    std::string_view line = sources_.line(span.file, span.begin);
    size_t at = std::min<size_t>(span.begin - line_start(span.file, span.begin), line.size());
    size_t end = std::min<size_t>(at + (span.end > span.begin ? span.end - span.begin : 0), line.size());
    return {begin.line, at, end, primary, label};
  }

  size_t line_start(FileId file, uint32_t byte) const {
    return static_cast<size_t>(sources_.line(file, byte).data() - sources_[file].text.data());
  }

  void excerpt(FileId file) {
    std::map<uint32_t, std::pair<uint32_t, std::vector<Mark>>> lines;  // line → (a byte in it, marks)
    auto add = [&](Span span, bool primary, const std::string& label) {
      if (!span.valid() || span.file != file) return;
      Mark added = mark(span, primary, label);
      auto& entry = lines[added.line];
      entry.first = span.begin;
      entry.second.push_back(std::move(added));
    };
    add(diagnostic_.span, true, diagnostic_.label);
    for (const Label& label : diagnostic_.labels) add(label.span, false, label.message);

    bool main_file = diagnostic_.span.valid() && diagnostic_.span.file == file;
    uint32_t place_byte = main_file ? diagnostic_.span.begin : lines.begin()->second.first;
    Position place = sources_.position(file, place_byte);
    out_ += std::string(gutter_, ' ') + paint_.gutter + (main_file ? "--> " : "::: ") + paint_.end + sources_[file].path + ":" +
            std::to_string(place.line) + ":" + std::to_string(place.column) + "\n";
    gutter_line("");
    uint32_t last = 0;
    for (auto& [number, entry] : lines) {
      if (last != 0 && number == last + 2) source_line(last + 1, show(line_after(file, lines.at(last).first), 0).text);
      if (last != 0 && number > last + 2) out_ += std::string(paint_.gutter) + "..." + paint_.end + "\n";
      annotated_line(file, number, entry.first, entry.second);
      last = number;
    }
  }

  std::string_view line_after(FileId file, uint32_t byte) const {
    std::string_view line = sources_.line(file, byte);
    size_t end = line_start(file, byte) + line.size();
    const std::string& text = sources_[file].text;
    while (end < text.size() && text[end] != '\n') ++end;
    return sources_.line(file, static_cast<uint32_t>(end + 1));
  }

  void source_line(uint32_t number, const std::string& text) {
    std::string digits = std::to_string(number);
    out_ += std::string(paint_.gutter) + std::string(gutter_ - std::min(gutter_, digits.size()), ' ') + digits + " |" + paint_.end;
    out_ += text.empty() ? "\n" : " " + text + "\n";
  }

  void gutter_line(std::string text) {
    while (!text.empty() && text.back() == ' ') text.pop_back();
    out_ += std::string(paint_.gutter) + std::string(gutter_, ' ') + " |" + paint_.end + (text.empty() ? "" : " " + text) + "\n";
  }

  void annotated_line(FileId file, uint32_t number, uint32_t byte, std::vector<Mark>& marks) {
    std::stable_sort(marks.begin(), marks.end(), [](const Mark& a, const Mark& b) { return a.begin < b.begin; });
    auto primary = std::find_if(marks.begin(), marks.end(), [](const Mark& m) { return m.primary; });
    Shown line = show(sources_.line(file, byte), primary == marks.end() ? marks.front().begin : primary->begin);
    source_line(number, line.text);

    // Underlines: secondary marks first, so that the primary is on top where they meet.
    std::string under(static_cast<size_t>(line.width) + 1, ' ');
    for (bool wanted : {false, true}) {
      for (const Mark& mark : marks) {
        if (mark.primary != wanted) continue;
        int from = line.column(mark.begin), to = std::max(line.column(mark.end), from + 1);
        for (int i = from; i < to; ++i) under[static_cast<size_t>(i)] = wanted ? '^' : '-';
      }
    }
    while (!under.empty() && under.back() == ' ') under.pop_back();

    // The last label stands beside the underline; the others hang below theirs, from right to left.
    const Mark& last = marks.back();
    bool beside = std::none_of(marks.begin(), marks.end() - 1, [&](const Mark& m) { return m.end > last.begin && !m.label.empty(); });
    if (beside && !last.label.empty()) under += " " + last.label;
    gutter_line(painted(under));

    std::vector<const Mark*> hanging;
    for (const Mark& mark : marks) {
      if (!mark.label.empty() && !(beside && &mark == &last)) hanging.push_back(&mark);
    }
    if (hanging.empty()) return;
    gutter_line(bars(hanging, hanging.size(), line));
    while (!hanging.empty()) {
      const Mark* mark = hanging.back();
      hanging.pop_back();
      std::string text = bars(hanging, hanging.size(), line);
      auto at = static_cast<size_t>(line.column(mark->begin));
      text.resize(std::max(text.size(), at), ' ');
      if (text.size() > at) text.resize(at);
      gutter_line(text + mark->label);
    }
  }

  static std::string bars(const std::vector<const Mark*>& marks, size_t count, const Shown& line) {
    std::string text;
    for (size_t i = 0; i < count; ++i) {
      auto at = static_cast<size_t>(line.column(marks[i]->begin));
      if (text.size() <= at) text.resize(at + 1, ' ');
      text[at] = '|';
    }
    return text;
  }

  std::string painted(const std::string& under) const {
    if (*paint_.end == '\0') return under;
    size_t first = under.find_first_not_of(' ');
    if (first == std::string::npos) return under;
    return under.substr(0, first) + severity_paint() + under.substr(first) + paint_.end;
  }

  void show_witness(const ShownRequest& witness) {
    remark("request", beginning_of(witness.request));
    std::string fires;
    for (const std::string& name : witness.fires) fires += (fires.empty() ? "`" : ", `") + name + "`";
    remark("holds", fires.empty() ? "no route and no rule" : fires);
  }

  /// A request may be as long as a model's context; JSON findings have all of it.
  static std::string beginning_of(const std::string& request) {
    constexpr size_t kMost = 500;
    if (request.size() <= kMost) return request;
    size_t end = kMost;
    while ((static_cast<unsigned char>(request[end]) & 0xC0) == 0x80) --end;
    return request.substr(0, end) + "... (" + std::to_string(request.size()) + " bytes; `--format json` has them all)";
  }

  void remark(const char* word, const std::string& text) {
    out_ += std::string(gutter_, ' ') + " " + paint_.gutter + "=" + paint_.end + " " + paint_.bold + word + paint_.end + ": ";
    for (char c : text) {
      out_ += c;
      if (c == '\n') out_ += std::string(gutter_ + 9, ' ');
    }
    out_ += "\n";
  }

  /// The lines a fix touches as they would read, inserted text underlined with `+`.
  void show_fix(const Fix& fix, bool told) {
    if (!told) remark("help", fix.title);
    std::vector<Edit> edits = fix.edits;
    std::erase_if(edits, [](const Edit& edit) { return !edit.span.valid(); });
    std::stable_sort(edits.begin(), edits.end(), [](const Edit& a, const Edit& b) { return a.span < b.span; });
    for (size_t i = 0; i < edits.size();) {
      uint32_t number = sources_.position(edits[i].span.file, edits[i].span.begin).line;
      std::string_view line = sources_.line(edits[i].span.file, edits[i].span.begin);
      size_t start = line_start(edits[i].span.file, edits[i].span.begin);
      std::string text;
      std::vector<std::pair<size_t, size_t>> added;  // bytes of `text`
      size_t from = 0;
      for (FileId file = edits[i].span.file; i < edits.size() && edits[i].span.file == file; ++i) {
        if (sources_.position(file, edits[i].span.begin).line != number) break;
        size_t begin = std::clamp(edits[i].span.begin - start, from, line.size());
        text += line.substr(from, begin - from);
        if (!edits[i].text.empty()) added.emplace_back(text.size(), text.size() + edits[i].text.size());
        text += edits[i].text;
        from = std::clamp(edits[i].span.end - start, begin, line.size());
      }
      text += line.substr(from);
      if (text.find_first_not_of(" \t") != std::string::npos) edited_lines(number, text, added);  // else the line goes
    }
  }

  void edited_lines(uint32_t number, const std::string& text, const std::vector<std::pair<size_t, size_t>>& added) {
    for (size_t begin = 0; begin <= text.size();) {
      size_t end = std::min(text.find('\n', begin), text.size());
      size_t focus = added.empty() || added.front().first < begin || added.front().first > end ? 0 : added.front().first - begin;
      Shown line = show(std::string_view(text).substr(begin, end - begin), focus);
      source_line(number++, line.text);
      std::string under(static_cast<size_t>(line.width), ' ');
      for (auto [first, last] : added) {
        if (last <= begin || first >= end) continue;
        int to = line.column(std::min(last, end) - begin);
        for (int i = line.column(std::max(first, begin) - begin); i < to; ++i) under[static_cast<size_t>(i)] = '+';
      }
      if (under.find('+') != std::string::npos) gutter_line(under);
      begin = end + 1;
    }
  }

  const Diagnostic& diagnostic_;
  const SourceSet& sources_;
  Palette paint_;
  size_t gutter_ = 1;
  std::string out_;
};

}  // namespace

std::string render(const Diagnostic& diagnostic, const SourceSet& sources, RenderOptions options) {
  return Renderer(diagnostic, sources, options).render();
}

}  // namespace sbx
