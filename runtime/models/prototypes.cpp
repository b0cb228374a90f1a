// SPDX-License-Identifier: Apache-2.0
#include "runtime/models/prototypes.h"

#include <cstring>

#include "runtime/text/database_cache.h"

namespace sbx::models {

namespace {

std::string file_of(const Encoder& encoder) { return "vectors-" + text::content_name(encoder.identity()); }

}  // namespace

Result<Encoded> PrototypeStore::encode(const Encoder& encoder, std::span<const std::string> texts) {
  const std::lock_guard lock(mutex_);
  Shelf& shelf = shelves_[encoder.identity()];
  if (!shelf.is_read) read(file_of(encoder), shelf);
  shelf.is_read = true;

  std::vector<AnswerKey> keys;
  std::vector<std::string_view> missing;
  std::vector<AnswerKey> missing_keys;
  for (const std::string& text : texts) {
    keys.push_back(answer_key(encoder, text));
    if (shelf.rows.contains(keys.back())) continue;
    missing.push_back(text);
    missing_keys.push_back(keys.back());
  }
  if (!missing.empty()) {
    const Result<Encoded> made = encoder.encode(missing, std::nullopt);
    if (!made) return made.error();
    if (shelf.dimension != made->dimension) shelf.rows.clear();  // its server changed what it serves under the name
    shelf.dimension = made->dimension;
    for (size_t i = 0; i < missing.size(); ++i) shelf.rows[missing_keys[i]].assign(made->row(i).begin(), made->row(i).end());
    asked_ += missing.size();
    write(file_of(encoder), shelf);
  }

  Encoded rows{.dimension = shelf.dimension, .values = {}, .truncated = std::vector<bool>(texts.size())};
  for (const AnswerKey& key : keys) {
    const auto row = shelf.rows.find(key);
    if (row == shelf.rows.end()) return Error{"R0767", "the encoder gives vectors of another length than before; load the policy again"};
    rows.values.insert(rows.values.end(), row->second.begin(), row->second.end());
  }
  return rows;
}

size_t PrototypeStore::asked() const {
  const std::lock_guard lock(mutex_);
  return asked_;
}

// Two blobs: the keys, and their rows one after the other.
void PrototypeStore::read(const std::string& file, Shelf& shelf) const {
  if (folder_.empty()) return;
  const std::optional<std::vector<std::string>> blobs = text::load_blobs(folder_, file);
  if (!blobs || blobs->size() != 2) return;
  const std::string &keys = (*blobs)[0], &values = (*blobs)[1];
  const size_t count = keys.size() / sizeof(AnswerKey);
  if (count == 0 || keys.size() % sizeof(AnswerKey) != 0 || values.size() % (count * sizeof(float)) != 0) return;
  shelf.dimension = values.size() / (count * sizeof(float));
  for (size_t i = 0; i < count; ++i) {
    AnswerKey key;
    std::memcpy(&key, keys.data() + i * sizeof(key), sizeof(key));
    std::vector<float> row(shelf.dimension);
    std::memcpy(row.data(), values.data() + i * shelf.dimension * sizeof(float), shelf.dimension * sizeof(float));
    shelf.rows.emplace(key, std::move(row));
  }
}

void PrototypeStore::write(const std::string& file, const Shelf& shelf) const {
  if (folder_.empty()) return;
  std::vector<std::string> blobs(2);
  for (const auto& [key, row] : shelf.rows) {
    blobs[0].append(reinterpret_cast<const char*>(&key), sizeof(key));
    blobs[1].append(reinterpret_cast<const char*>(row.data()), row.size() * sizeof(float));
  }
  text::store_blobs(folder_, file, blobs);
}

}  // namespace sbx::models
