// SPDX-License-Identifier: Apache-2.0
// `signalbox explain [CODE|NAME]`: the page of a code, or those of the codes that share a name; or the list of all codes.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <nlohmann/json.hpp>

#include "compiler/driver/console.h"
#include "compiler/driver/files.h"
#include "runtime/diag/render.h"

namespace sbx::driver {
namespace {

using Json = nlohmann::ordered_json;

struct Options {
  std::string code;
  std::string format;
};

std::string_view word(Severity severity) {
  switch (severity) {
    case Severity::Error:
      return "error";
    case Severity::Warning:
      return "warning";
    case Severity::Note:
      return "note";
  }
  return "";
}

Json entry(const KindRow& row) {
  Json json;
  json["code"] = row.code;
  json["name"] = row.name;
  json["severity"] = word(row.severity);
  json["title"] = row.title;
  return json;
}

int list(const Options& options) {
  std::vector<KindRow> rows = all_kinds();
  std::sort(rows.begin(), rows.end(), [](const KindRow& a, const KindRow& b) { return a.code.substr(1) < b.code.substr(1); });
  if (options.format == "json") {
    Json document = {{"schema", "signalbox.explain/1"}, {"codes", Json::array()}};
    for (const KindRow& row : rows) document["codes"].push_back(entry(row));
    print(document.dump(2) + "\n");
    return Done;
  }
  size_t longest = 0;
  for (const KindRow& row : rows) longest = std::max(longest, row.name.size());
  for (const KindRow& row : rows) {
    const std::string gap(longest - row.name.size() + 2, ' ');
    print(std::string(row.code) + "  " + std::string(row.name) + gap + std::string(row.title) + "\n");
  }
  return Done;
}

/// The rows that a code or a name means.
std::vector<KindRow> rows_of(const std::string& said) {
  std::string code = said;
  std::ranges::transform(code, code.begin(), [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  std::vector<KindRow> rows;
  std::ranges::copy_if(all_kinds(), std::back_inserter(rows), [&](const KindRow& row) { return row.code == code || row.name == said; });
  return rows;
}

int report_unknown(const Options& options, const Common& common) {
  std::vector<std::string> known;
  for (const KindRow& row : all_kinds()) known.emplace_back(row.code), known.emplace_back(row.name);
  std::string near = did_you_mean(options.code, known);
  return fail(common, Kind::NothingToExplain, "no code and no name `" + options.code + "`",
              near.empty() ? "`signalbox explain` lists all codes" : "did you mean `" + near + "`?");
}

/// Several codes of one name, for the reader to choose.
int list_named(const std::vector<KindRow>& rows) {
  print("`" + std::string(rows.front().name) + "` is the name of several; `signalbox explain CODE` shows one:\n");
  for (const KindRow& row : rows) print(std::string(row.code) + "  " + std::string(row.title) + "\n");
  return Done;
}

int explain(const Options& options, const Common& common) {
  if (options.code.empty()) return list(options);
  const std::vector<KindRow> rows = rows_of(options.code);
  if (rows.empty()) return report_unknown(options, common);
  if (rows.size() > 1 && options.format == "text") return list_named(rows);
  Result<std::string> folder = find_error_pages();
  if (!folder) return fail(common, folder.error());
  Result<std::string> page = read_file(*folder + "/" + std::string(rows.front().code) + ".md");
  if (!page) return fail(common, page.error());
  if (options.format == "json") {
    Json document = {{"schema", "signalbox.explain/1"}};
    document.update(entry(rows.front()));
    document["page"] = *page;
    print(document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
    return Done;
  }
  print(*page);
  return Done;
}

}  // namespace

Run add_explain(CLI::App& app, Common& common) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("explain", "Explain a diagnostic: a wrong policy, a right one, and why");
  command->add_option("CODE", options->code, "A code such as E0201, or a name such as conflict; without it all are listed");
  add_format(*command, options->format, {"text", "json"});
  add_common(*command, common);
  add_examples(*command, {"signalbox explain E0201", "signalbox explain conflict", "signalbox explain --format json"});
  return [options, &common] { return explain(*options, common); };
}

}  // namespace sbx::driver
