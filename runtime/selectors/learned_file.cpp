// SPDX-License-Identifier: Apache-2.0
// The bytes of a learned file: a mark, a version, the XXH3 hash of what follows, and that.
#include <xxhash.h>

#include <algorithm>

#include "runtime/models/model_parts.h"
#include "runtime/selectors/learned.h"
#include "runtime/selectors/trained.h"
#include "runtime/source/read_file.h"

namespace sbx {

namespace {

using models::ModelReader;
using models::ModelWriter;

constexpr std::string_view kMark = "SBXLEARN";
constexpr uint32_t kVersion = 1;
constexpr size_t kHash = 16, kHead = kMark.size() + sizeof kVersion + kHash;

constexpr size_t kLongestName = 4096, kLongestCard = 1 << 20;

void write(const Tensor& tensor, ModelWriter& to) {
  to.u32(static_cast<uint32_t>(tensor.rows));
  to.u32(static_cast<uint32_t>(tensor.columns));
  to.f32s(tensor.values);
}

Tensor read_tensor(ModelReader& from) {
  Tensor made;
  made.rows = from.u32();
  made.columns = from.u32();
  if (made.columns > 0 && made.rows > SIZE_MAX / 4 / made.columns) from.fail();
  made.values = from.f32s(from.failed() ? 0 : made.rows * made.columns);
  return from.failed() ? Tensor() : made;
}

void write(const TextEncoder& encoder, ModelWriter& to) {
  to.u8(encoder.table().has_value());
  if (!encoder.table()) return;
  models::write(*encoder.table(), to);
  write(encoder.basis(), to);
}

TextEncoder read_encoder(ModelReader& from) {
  if (from.u8() == 0) return {};
  std::optional<models::FeatureTable> table = models::read_table(from);
  Tensor basis = read_tensor(from);
  if (table && basis.rows != table->size()) from.fail();
  return from.failed() ? TextEncoder() : TextEncoder(std::move(*table), std::move(basis));
}

void write(const Fit& fit, ModelWriter& to) {
  to.text(fit.selector);
  models::write(fit.models, to);
  models::write(fit.labels, to);
  to.u32(static_cast<uint32_t>(fit.tensors.size()));
  for (const auto& [name, tensor] : fit.tensors) {
    to.text(name);
    write(tensor, to);
  }
}

std::vector<std::string> read_names(ModelReader& from) {
  std::vector<std::string> names;
  for (uint32_t left = from.u32(); left > 0 && !from.failed(); --left) names.push_back(from.text(kLongestName));
  return names;
}

Fit read_fit(ModelReader& from) {
  Fit fit{.selector = from.text(kLongestName), .models = read_names(from), .labels = read_names(from), .tensors = {}};
  for (uint32_t left = from.u32(); left > 0 && !from.failed(); --left) {
    std::string name = from.text(kLongestName);
    fit.tensors.insert_or_assign(std::move(name), read_tensor(from));
  }
  return fit;
}

bool is_sound(const Learned& learned) {
  return std::ranges::all_of(learned.fits(), [&](const Fit& fit) {
    const TrainedKind* kind = find_trained(std::string_view(fit.selector).substr(0, fit.selector.find('(')));
    return kind != nullptr && !fit.models.empty() && kind->is_sound(fit, learned.view_size(fit));
  });
}

/// 128 bits of XXH3.
std::string hash_of(std::string_view content) {
  XXH128_canonical_t hash;
  XXH128_canonicalFromHash(&hash, XXH3_128bits(content.data(), content.size()));
  return {reinterpret_cast<const char*>(hash.digest), sizeof hash.digest};
}

}  // namespace

std::string write_learned(const Learned& learned) {
  ModelWriter content;
  content.text(learned.card());
  write(learned.encoder(), content);
  content.u32(static_cast<uint32_t>(learned.fits().size()));
  for (const Fit& fit : learned.fits()) write(fit, content);
  const std::string body = content.take();
  ModelWriter version;
  version.u32(kVersion);
  return std::string(kMark) + version.take() + hash_of(body) + body;
}

Result<std::shared_ptr<const Learned>> read_learned(std::string_view bytes, const std::string& file) {
  const auto broken = [&](const char* what) { return Error{"R0791", "`" + file + "` " + what}; };
  if (bytes.size() < kHead || !bytes.starts_with(kMark)) return broken("is no file of `signalbox learn`");
  if (ModelReader(bytes.substr(kMark.size())).u32() != kVersion) return broken("is of a version that this command does not read; learn again");
  const std::string_view body = bytes.substr(kHead);
  if (hash_of(body) != bytes.substr(kHead - kHash, kHash)) return broken("was changed or cut off: its hash is wrong");
  ModelReader from(body);
  std::string card = from.text(kLongestCard);
  TextEncoder encoder = read_encoder(from);
  std::vector<Fit> fits;
  for (uint32_t left = from.u32(); left > 0 && !from.failed(); --left) fits.push_back(read_fit(from));
  if (!from.is_done()) return broken("holds numbers that do not belong together");
  auto learned = std::make_shared<const Learned>(std::move(encoder), std::move(fits), std::move(card));
  if (!is_sound(*learned)) return broken("holds numbers that do not belong together");
  return learned;
}

Result<std::shared_ptr<const Learned>> load_learned(const std::string& path) {
  const Result<std::string> bytes = read_file(path);
  if (!bytes) return bytes.error();
  return read_learned(*bytes, path);
}

}  // namespace sbx
