// SPDX-License-Identifier: Apache-2.0
// Coverage as one page: no script, no font, no picture from elsewhere.
#include <fmt/format.h>

#include <algorithm>

#include "compiler/driver/coverage_marks.h"
#include "compiler/driver/coverage_style.h"
#include "compiler/syntax/classify.h"
#include "runtime/base/xml.h"

namespace sbx::driver {
namespace {

const char* class_of(syntax::TokenClass of) {
  switch (of) {
    case syntax::TokenClass::Keyword:
      return "k";
    case syntax::TokenClass::Number:
      return "n";
    case syntax::TokenClass::String:
      return "s";
    case syntax::TokenClass::Comment:
      return "c";
    case syntax::TokenClass::Name:
    case syntax::TokenClass::Bracket:
    case syntax::TokenClass::Sign:
      return nullptr;
  }
  return nullptr;
}

const char* class_of(const Covered& place) { return place.is_full() ? "yes" : place.is_none() ? "no" : "part"; }

const char* class_of(LineMark mark) {
  switch (mark) {
    case LineMark::None:
      return "";
    case LineMark::Full:
      return "yes";
    case LineMark::Partly:
      return "part";
    case LineMark::Never:
      return "no";
  }
  return "";
}

std::string titles(const char* what, const std::vector<std::string>& tests) {
  constexpr size_t kMost = 4;
  if (tests.empty()) return std::string(what) + " in no test";
  std::string text = std::string(what) + " in " + std::to_string(tests.size()) + (tests.size() == 1 ? " test" : " tests");
  for (size_t i = 0; i < std::min(tests.size(), kMost); ++i) text += "\n  · " + tests[i];
  return text + (tests.size() > kMost ? "\n  · …" : "");
}

std::string hover(const Covered& place) {
  if (!place.is_condition) return place.rule + "\n" + titles("reached", place.held);
  std::string text = place.text + "\n" + titles("true", place.held) + "\n" + titles("false", place.failed);
  return place.unknown.empty() ? text : text + "\n" + titles("unknown", place.unknown);
}

class Page {
 public:
  explicit Page(const Coverage& coverage) : coverage_(coverage), sources_(coverage.checked().sources) {}

  std::string run() {
    const std::vector<MarkedFile> files = marked_files(coverage_);
    head();
    gaps(files);
    for (const MarkedFile& file : files) source(file);
    return out_ + "</main>\n</body>\n</html>\n";
  }

 private:
  void meter(const char* what, size_t done, size_t all) {
    const double part = all == 0 ? 100 : 100.0 * static_cast<double>(done) / static_cast<double>(all);
    out_ += fmt::format(
        "<div class=\"meter\"><span class=\"what\">{}</span><b>{} of {}</b><span class=\"bar\"><i "
        "style=\"width:{:.1f}%\"></i></span></div>\n",
        what, done, all, part);
  }

  void head() {
    const CoverageTotals totals = coverage_.totals();
    std::string names;
    for (const sema::Policy& policy : coverage_.checked().policies) names += (names.empty() ? "" : ", ") + policy.name;
    out_ +=
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" "
        "content=\"width=device-width,initial-scale=1\">\n<title>Coverage of " +
        escaped_xml(names) + "</title>\n<style>" + std::string(kCoverageStyle) + "</style>\n</head>\n<body>\n<main>\n<header>\n<h1>" +
        escaped_xml(names) + "</h1>\n" + fmt::format("<p class=\"percent\">{:.1f} %</p>\n", totals.percent()) +
        "<p class=\"sub\">of what its tests could show: every route and rule once, every condition both true and false</p>\n"
        "<div class=\"meters\">\n";
    meter("routes and rules reached", totals.rules_hit, totals.rules);
    meter("conditions both true and false", totals.both, totals.conditions);
    out_ += fmt::format("</div>\n<p class=\"sub\">{} only true · {} only false · {} never asked · {} unknown in some test</p>\n</header>\n",
                        totals.only_true, totals.only_false, totals.never, totals.unknown);
  }

  void gaps(const std::vector<MarkedFile>& files) {
    std::string rows;
    for (const MarkedFile& file : files) {
      for (const Covered& place : file.places) {
        if (place.missing().empty()) continue;
        const uint32_t line = sources_.position(file.file, place.span.begin).line;
        rows += fmt::format("<li><a href=\"#f{}-{}\"><code>{}</code></a> <span class=\"{}\">{}</span> <small>{}line {}</small></li>\n",
                            file.file.index, line, escaped_xml(place.text), class_of(place), place.missing(),
                            place.is_condition ? escaped_xml("of " + place.rule + ", ") : "", line);
      }
    }
    out_ += rows.empty() ? "<p class=\"all\">The tests show everything.</p>\n"
                         : "<section>\n<h2>What no test shows</h2>\n<ul class=\"gaps\">\n" + rows + "</ul>\n</section>\n";
  }

  // Runs of one token and one place; both may go over several lines.
  void source(const MarkedFile& file) {
    const std::string& text = sources_[file.file].text;
    std::vector<const char*> classes(text.size());
    std::vector<const Covered*> places(text.size());
    Diagnostics ignored;
    for (const syntax::ClassifiedToken& token : syntax::classify(sources_, file.file, ignored))
      std::fill(classes.begin() + token.span.begin, classes.begin() + token.span.end, class_of(token.of));
    for (const Covered& place : file.places) std::fill(places.begin() + place.span.begin, places.begin() + place.span.end, &place);
    out_ += "<section>\n<h2>" + escaped_xml(sources_[file.file].path) + "</h2>\n<pre>";
    uint32_t number = 0;
    for (size_t begin = 0; begin < text.size();) {
      const size_t end = std::min(text.find('\n', begin), text.size());
      open_line(file, ++number);
      line(text, begin, end, classes, places);
      out_ += "</span>\n";
      begin = end + 1;
    }
    out_ += "</pre>\n</section>\n";
  }

  void open_line(const MarkedFile& file, uint32_t number) {
    const auto mark = file.lines.find(number);
    out_ += fmt::format("<span class=\"l {}\" id=\"f{}-{}\"><a class=\"ln\" href=\"#f{}-{}\">{}</a>",
                        class_of(mark == file.lines.end() ? LineMark::None : mark->second), file.file.index, number, file.file.index,
                        number, number);
  }

  void line(const std::string& text, size_t begin, size_t end, const std::vector<const char*>& classes,
            const std::vector<const Covered*>& places) {
    const Covered* open = nullptr;
    for (size_t at = begin; at < end;) {
      size_t stop = at + 1;
      while (stop < end && classes[stop] == classes[at] && places[stop] == places[at]) ++stop;
      if (places[at] != open) {
        if (open != nullptr) out_ += "</span>";
        open = places[at];
        if (open != nullptr) out_ += fmt::format("<span class=\"p {}\" title=\"{}\">", class_of(*open), escaped_xml(hover(*open)));
      }
      const std::string piece = escaped_xml(std::string_view(text).substr(at, stop - at));
      out_ += classes[at] == nullptr ? piece : fmt::format("<span class=\"{}\">{}</span>", classes[at], piece);
      at = stop;
    }
    if (open != nullptr) out_ += "</span>";
  }

  const Coverage& coverage_;
  const SourceSet& sources_;
  std::string out_;
};

}  // namespace

std::string Coverage::html() const { return Page(*this).run(); }

}  // namespace sbx::driver
