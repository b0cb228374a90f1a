// SPDX-License-Identifier: Apache-2.0
// Vectors of texts by a server: OpenAI's `/v1/embeddings`, TEI's `/embed`.
#include <simdjson.h>

#include <cmath>

#include "runtime/models/remote_model.h"

namespace sbx::models {

namespace {

using Json = nlohmann::json;
namespace dom = simdjson::dom;

class RemoteEncoder final : public RemoteModel, public Encoder {
 public:
  using RemoteModel::RemoteModel;

  [[nodiscard]] Result<Encoded> encode(std::span<const std::string_view> texts, Deadline deadline) const override {
    Json input = Json::array();
    Encoded encoded;
    for (const std::string_view text : texts) {
      input.push_back(taken(text));
      encoded.truncated.push_back(is_cut(text));
    }
    const bool tei = source_.protocol == Protocol::TeiEmbed;
    const Json body = tei ? Json{{"inputs", input}, {"truncate", true}}
                          : Json{{"model", source_.model}, {"input", input}, {"encoding_format", "float"}};
    const Server::Read read = [&](const std::string& answer) { return take(answer, tei, texts.size(), encoded); };
    if (const auto error = server_->post(tei ? "/embed" : "/v1/embeddings", text_of(body), deadline, read)) return *error;
    return encoded;
  }

 private:
  /// Adds the rows; what is wrong with the answer.
  static std::string take(const std::string& answer, bool tei, size_t count, Encoded& encoded) {
    dom::parser parser;
    dom::element document;
    dom::array rows;
    if (parser.parse(answer).get(document) != simdjson::SUCCESS) return "answered with what is no JSON";
    if ((tei ? document.get(rows) : document["data"].get(rows)) != simdjson::SUCCESS || rows.size() != count)
      return "did not answer with one vector for each text";
    std::vector<std::vector<float>> vectors(count);
    size_t at = 0;
    for (const dom::element row : rows) {
      uint64_t index = at++;
      dom::array numbers;
      if ((tei ? row.get(numbers) : row["embedding"].get(numbers)) != simdjson::SUCCESS) return "answered with what is no vector";
      if (!tei && row["index"].get(index) != simdjson::SUCCESS) return "answered with a vector that has no index";
      if (index >= count) return "answered about a text that it was not asked about";
      for (const dom::element number : numbers) {
        double value = 0;
        if (number.get(value) != simdjson::SUCCESS || !std::isfinite(value)) return "answered with a vector that has more than numbers";
        vectors[index].push_back(static_cast<float>(value));
      }
    }
    return normalize(vectors, encoded);
  }

  static std::string normalize(std::vector<std::vector<float>>& vectors, Encoded& encoded) {
    encoded.dimension = vectors.front().size();
    for (std::vector<float>& vector : vectors) {
      double squares = 0;
      for (const float value : vector) squares += static_cast<double>(value) * value;
      if (vector.empty() || vector.size() != encoded.dimension || squares == 0) return "answered with vectors that have no common length or no direction";
      const auto scale = static_cast<float>(1 / std::sqrt(squares));
      for (const float value : vector) encoded.values.push_back(value * scale);
    }
    return {};
  }
};

}  // namespace

std::shared_ptr<const LearnedModel> remote_encoder(const RemoteSource& source, std::unique_ptr<Server> server) {
  return std::make_shared<RemoteEncoder>(source, std::move(server));
}

}  // namespace sbx::models
