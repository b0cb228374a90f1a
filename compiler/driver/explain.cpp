// SPDX-License-Identifier: Apache-2.0
// `signalbox explain [CODE]`: the page of a code, or the list of all codes.
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
  for (const KindRow& row : rows) print(std::string(row.code) + "  " + std::string(row.title) + "\n");
  return Done;
}

int explain(const Options& options, const Common& common) {
  if (options.code.empty()) return list(options);
  std::string code = options.code;
  std::transform(code.begin(), code.end(), code.begin(), [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  std::vector<std::string> known;
  for (const KindRow& row : all_kinds()) known.emplace_back(row.code);
  auto at = std::find(known.begin(), known.end(), code);
  if (at == known.end()) {
    std::string near = did_you_mean(code, known);
    return fail(common, Kind::NothingToExplain, "no code `" + options.code + "`",
                near.empty() ? "`signalbox explain` lists all codes" : "did you mean `" + near + "`?");
  }
  Result<std::string> folder = find_error_pages();
  if (!folder) return fail(common, folder.error());
  Result<std::string> page = read_file(*folder + "/" + code + ".md");
  if (!page) return fail(common, page.error());
  if (options.format == "json") {
    Json document = {{"schema", "signalbox.explain/1"}};
    document.update(entry(all_kinds()[static_cast<size_t>(at - known.begin())]));
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
  command->add_option("CODE", options->code, "A code such as E0201; without it all codes are listed");
  add_format(*command, options->format, {"text", "json"});
  add_common(*command, common);
  add_examples(*command, {"signalbox explain E0201", "signalbox explain --format json"});
  return [options, &common] { return explain(*options, common); };
}

}  // namespace sbx::driver
