// SPDX-License-Identifier: Apache-2.0
// A picture as a document: all fields, absent ones null, names instead of positions where a name is enough.
#include <nlohmann/json.hpp>

#include "compiler/graph/drawing.h"

namespace sbx::graph {
namespace {

using Json = nlohmann::ordered_json;

Json or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

Json signal_names(const Picture& picture, const std::vector<size_t>& signals) {
  Json names = Json::array();
  for (size_t signal : signals) names.push_back(picture.signals[signal].name);
  return names;
}

Json row_names(const Picture& picture, const std::vector<size_t>& rows) {
  Json names = Json::array();
  for (size_t row : rows) names.push_back(picture.rows[row].name);
  return names;
}

Json row_json(const Picture& picture, size_t at) {
  const Row& row = picture.rows[at];
  Json attempts = Json::array();
  for (const Attempt& attempt : row.attempts) {
    Json models = Json::array();
    for (size_t model : attempt.models) models.push_back(picture.models[model].name);
    attempts.push_back({{"text", attempt.text}, {"kind", word(attempt.kind)}, {"models", models}});
  }
  return {{"kind", word(row.kind)},
          {"name", or_null(row.name)},
          {"depth", row.depth},
          {"guard", or_null(row.guard)},
          {"outcome", row.outcome == OutcomeKind::None ? Json(nullptr) : Json(word(row.outcome))},
          {"attempts", attempts},
          {"actions", row.actions},
          {"order", or_null(row.order)},
          {"reads", signal_names(picture, row.reads)},
          {"over", row_names(picture, row.over)}};
}

Json rows_json(const Picture& picture, const std::vector<size_t>& rows) {
  Json list = Json::array();
  for (size_t row : rows) list.push_back(row_json(picture, row));
  return list;
}

}  // namespace

std::string to_json(const Picture& picture) {
  Json signals = Json::array(), models = Json::array(), tiers = Json::array(), conflicts = Json::array();
  for (const Signal& signal : picture.signals) {
    signals.push_back({{"name", signal.name},
                       {"class", word(signal.column)},
                       {"made_by", signal.made_by},
                       {"made_from", signal_names(picture, signal.made_from)}});
  }
  for (const Model& model : picture.models) {
    models.push_back({{"name", model.name}, {"provider", or_null(model.provider)}, {"served_name", or_null(model.served_name)}});
  }
  for (const Tier& tier : picture.tiers) {
    tiers.push_back({{"name", or_null(tier.name)}, {"strict", tier.strict}, {"rows", rows_json(picture, tier.rows)}});
  }
  for (const Clash& clash : picture.clashes) {
    conflicts.push_back({{"between", {picture.rows[clash.row].name, picture.rows[clash.with].name}}, {"message", clash.message}});
  }
  Json json = {{"schema", "signalbox.graph/1"},
               {"policy", {{"name", picture.name}, {"revision", picture.revision}}},
               {"serves", picture.serves},
               {"signals", signals},
               {"models", models},
               {"tiers", tiers},
               {"otherwise", picture.otherwise ? row_json(picture, *picture.otherwise) : Json(nullptr)},
               {"unserved", picture.unserved ? row_json(picture, *picture.unserved) : Json(nullptr)},
               {"rules", rows_json(picture, picture.rules)},
               {"conflicts", conflicts}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace sbx::graph
