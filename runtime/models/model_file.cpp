// SPDX-License-Identifier: Apache-2.0
#include "runtime/models/model_file.h"

#include <fmt/format.h>
#include <xxhash.h>

#include "runtime/models/model_parts.h"
#include "runtime/source/read_file.h"

namespace sbx::models {

namespace {

constexpr std::string_view kMagic = "SBXMODEL";
constexpr uint32_t kVersion = 1;
constexpr size_t kLongestCard = 1 << 20;
enum class FileKind : uint8_t { Linear = 1, Tagger = 2 };

/// 128 bits of XXH3, in hexadecimal.
std::string hash_of(std::string_view bytes) {
  XXH128_canonical_t canonical;
  XXH128_canonicalFromHash(&canonical, XXH3_128bits(bytes.data(), bytes.size()));
  std::string text;
  for (const unsigned char byte : canonical.digest) text += fmt::format("{:02x}", byte);
  return text;
}

std::string sealed(FileKind kind, std::string_view card, ModelWriter& content) {
  ModelWriter rest;
  rest.u8(static_cast<uint8_t>(kind));
  rest.text(card);
  const std::string body = rest.take() + content.take();
  ModelWriter head;
  head.u32(kVersion);
  return std::string(kMagic) + head.take() + hash_of(body) + body;
}

/// What follows the hash of a file that is whole.
struct Opened {
  std::string identity;
  std::string_view body;
};
Result<Opened> open(std::string_view bytes, std::string_view name) {
  if (!bytes.starts_with(kMagic)) return Error{"R0795", fmt::format("`{}` is no model file", name)};
  bytes.remove_prefix(kMagic.size());
  ModelReader head(bytes.substr(0, 4));
  const uint32_t version = head.u32();
  if (!head.failed() && version != kVersion)
    return Error{"R0795", fmt::format("`{}` is a model file of version {}; this program reads version {}", name, version, kVersion)};
  constexpr size_t kHash = 32;
  if (bytes.size() < 4 + kHash) return Error{"R0796", fmt::format("the model file `{}` is cut short", name)};
  const std::string_view hash = bytes.substr(4, kHash), body = bytes.substr(4 + kHash);
  if (hash_of(body) != hash) return Error{"R0796", fmt::format("the model file `{}` is damaged: its content does not fit its hash", name)};
  return Opened{std::string(hash), body};
}

}  // namespace

std::string model_bytes(const LinearParameters& parameters, std::string_view card) {
  ModelWriter content;
  write(parameters, content);
  return sealed(FileKind::Linear, card, content);
}

std::string model_bytes(const TaggerParameters& parameters, std::string_view card) {
  ModelWriter content;
  write(parameters, content);
  return sealed(FileKind::Tagger, card, content);
}

Result<std::shared_ptr<const LearnedModel>> parse_model(std::string_view bytes, std::string_view name) {
  const Result<Opened> opened = open(bytes, name);
  if (!opened) return opened.error();
  ModelReader from(opened->body);
  const auto kind = static_cast<FileKind>(from.u8());
  (void)from.text(kLongestCard);
  std::shared_ptr<const LearnedModel> model;
  switch (kind) {
    case FileKind::Linear:
      if (auto linear = read_linear(from)) model = std::make_shared<LinearClassifier>(std::move(*linear), opened->identity);
      break;
    case FileKind::Tagger:
      if (auto tagger = read_tagger(from)) model = std::make_shared<LinearTagger>(std::move(*tagger), opened->identity);
      break;
  }
  if (!model || !from.is_done()) return Error{"R0796", fmt::format("the model file `{}` is damaged: what it says cannot be", name)};
  return model;
}

Result<std::shared_ptr<const LearnedModel>> load_model_file(const std::string& path) {
  const Result<std::string> bytes = read_file(path);
  if (!bytes) return bytes.error();
  return parse_model(*bytes, path);
}

Result<std::string> read_model_card(std::string_view bytes, std::string_view name) {
  const Result<Opened> opened = open(bytes, name);
  if (!opened) return opened.error();
  ModelReader from(opened->body);
  (void)from.u8();
  std::string card = from.text(kLongestCard);
  if (from.failed()) return Error{"R0796", fmt::format("the model file `{}` is damaged: what it says cannot be", name)};
  return card;
}

}  // namespace sbx::models
