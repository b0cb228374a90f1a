// SPDX-License-Identifier: Apache-2.0
// Coverage for a terminal: `+` shown, `~` in part, `-` not at all; below a line what is missing of it.
#include <fmt/format.h>

#include <algorithm>

#include "compiler/driver/console.h"
#include "compiler/driver/coverage_marks.h"
#include "runtime/diag/glyphs.h"

namespace sbx::driver {
namespace {

LineMark mark_of(const Covered& place) {
  return place.is_full() ? LineMark::Full : place.is_none() && place.unknown.empty() ? LineMark::Never : LineMark::Partly;
}

void merge(Covered& into, const Covered& other) {
  for (const auto list : {&Covered::held, &Covered::failed, &Covered::unknown}) {
    for (const std::string& title : other.*list) {
      if (std::ranges::find(into.*list, title) == (into.*list).end()) (into.*list).push_back(title);
    }
  }
}

class Sheet {
 public:
  Sheet(const Coverage& coverage, bool color) : sources_(coverage.checked().sources), color_(color) {}

  void add(const MarkedFile& file) {
    const std::string& text = sources_[file.file].text;
    wide_ = std::to_string(std::ranges::count(text, '\n') + 1).size();
    out_ += sources_[file.file].path + "\n";
    uint32_t number = 1, last = 0;
    for (size_t begin = 0; begin < text.size(); ++number) {
      const size_t end = std::min(text.find('\n', begin), text.size());
      const auto mark = file.lines.find(number);
      if (mark != file.lines.end()) {
        if (number > last + 1) out_ += std::string(4 + wide_, ' ') + " ⋮\n";
        last = number;
        add_line(mark->second, number, sources_.line(file.file, static_cast<uint32_t>(begin)));
        add_missing(file, static_cast<uint32_t>(begin), static_cast<uint32_t>(end));
      }
      begin = end + 1;
    }
  }

  std::string take() { return std::move(out_); }

 private:
  std::string painted(const char* paint, const std::string& text) const { return color_ ? paint + text + "\x1b[0m" : text; }

  void add_line(LineMark mark, uint32_t number, std::string_view line) {
    const char* paint = mark == LineMark::Full ? "\x1b[32m" : mark == LineMark::Partly ? "\x1b[33m" : "\x1b[31m";
    const char* sign = mark == LineMark::Full ? "+" : mark == LineMark::Partly ? "~" : "-";
    out_ += "  " + painted(paint, sign) + " " + fmt::format("{:>{}} | ", number, wide_);
    for (const Glyph& glyph : glyphs(line)) out_ += glyph.shown;
    out_ += '\n';
  }

  // All that is missing of one line: marks below it, and behind them in words.
  void add_missing(const MarkedFile& file, uint32_t begin, uint32_t end) {
    std::string marks, words;
    int at = 0;
    for (const Covered& place : file.places) {
      if (place.span.begin < begin || place.span.begin >= end || place.missing().empty()) continue;
      int before = 0, under = 0;
      for (const Glyph& glyph : glyphs(sources_.line(file.file, begin))) {
        const size_t byte = begin + glyph.byte;
        before += byte < place.span.begin ? glyph.width : 0;
        under += byte >= place.span.begin && byte < place.span.end ? glyph.width : 0;
      }
      marks.append(static_cast<size_t>(std::max(0, before - at)), ' ').append(static_cast<size_t>(std::max(1, under)), '^');
      at = before + std::max(1, under);
      words += (words.empty() ? " " : ", ") + place.missing();
    }
    if (!words.empty()) out_ += std::string(4 + wide_, ' ') + " | " + painted("\x1b[33m", marks + words) + "\n";
  }

  const SourceSet& sources_;
  const bool color_;
  size_t wide_ = 1;
  std::string out_;
};

}  // namespace

std::vector<MarkedFile> marked_files(const Coverage& coverage) {
  std::vector<MarkedFile> files;
  for (const Covered* place : coverage.places()) {
    if (files.empty() || files.back().file != place->span.file) files.push_back({place->span.file, {}, {}});
    std::vector<Covered>& places = files.back().places;
    if (!places.empty() && places.back().span == place->span && places.back().is_condition == place->is_condition) {
      merge(places.back(), *place);
    } else {
      places.push_back(*place);
    }
  }
  for (MarkedFile& file : files) {
    for (const Covered& place : file.places) {
      const uint32_t line = coverage.checked().sources.position(place.span.file, place.span.begin).line;
      const auto [entry, is_new] = file.lines.emplace(line, mark_of(place));
      if (!is_new && entry->second != mark_of(place)) entry->second = LineMark::Partly;
    }
  }
  return files;
}

std::string Coverage::text(bool color) const {
  Sheet sheet(*this, color);
  for (const MarkedFile& file : marked_files(*this)) sheet.add(file);
  const CoverageTotals totals = this->totals();
  return sheet.take() +
         fmt::format("{} of {} routes and rules reached, {} of {} with both outcomes ({} only true, {} only false, {} never): {:.1f} %\n",
                     totals.rules_hit, totals.rules, totals.both, counted(totals.conditions, "condition"), totals.only_true,
                     totals.only_false, totals.never, totals.percent());
}

}  // namespace sbx::driver
