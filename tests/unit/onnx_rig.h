// SPDX-License-Identifier: Apache-2.0
// Small models made by hand: ONNX's protobuf (onnx.proto, IR version 6, opset 11), a tokenizer of words, and the folder of both.
#pragma once

#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <unistd.h>
#include <utility>
#include <vector>

namespace sbx::models::rig {

/// Fields of a protobuf message.
class Message {
 public:
  Message& number(uint32_t field, uint64_t value) {
    varint(field << 3);
    varint(value);
    return *this;
  }
  Message& bytes(uint32_t field, std::string_view value) {
    varint(field << 3 | 2);
    varint(value.size());
    bytes_ += value;
    return *this;
  }
  Message& message(uint32_t field, const Message& value) { return bytes(field, value.bytes_); }
  [[nodiscard]] const std::string& str() const { return bytes_; }

 private:
  void varint(uint64_t value) {
    for (; value >= 0x80; value >>= 7) bytes_.push_back(static_cast<char>(value | 0x80));
    bytes_.push_back(static_cast<char>(value));
  }
  std::string bytes_;
};

/// A matrix of numbers between -1 and 1 that depend on `seed` only; row-major.
struct Matrix {
  size_t rows = 0, columns = 0;
  std::vector<float> values;
  [[nodiscard]] float at(size_t row, size_t column) const { return values[row * columns + column]; }
};
inline Matrix matrix(size_t rows, size_t columns, uint32_t seed) {
  Matrix result{rows, columns, {}};
  for (size_t i = 0; i < rows * columns; ++i) {
    seed = seed * 1664525 + 1013904223;
    result.values.push_back(static_cast<float>(seed >> 8) / static_cast<float>(1U << 23) - 1);
  }
  return result;
}

/// A graph that is built from the front.
class Graph {
 public:
  static constexpr int kFloat = 1, kInt32 = 6, kInt64 = 7, kHalf = 10;

  void input(const std::string& name, size_t rank = 2, int type = kInt64) { graph_.message(11, value(name, type, rank)); }
  void output(const std::string& name, size_t rank, int type = kFloat) { graph_.message(12, value(name, type, rank)); }
  void constant(const std::string& name, const Matrix& matrix) {
    std::string raw(matrix.values.size() * sizeof(float), '\0');
    std::memcpy(raw.data(), matrix.values.data(), raw.size());
    graph_.message(5, Message().number(1, matrix.rows).number(1, matrix.columns).number(2, kFloat).bytes(8, name).bytes(9, raw));
  }
  void node(const std::string& kind, const std::vector<std::string>& from, const std::string& to, const std::vector<std::pair<std::string, int64_t>>& numbers = {},
            const std::vector<std::pair<std::string, std::vector<int64_t>>>& lists = {}) {
    Message node;
    for (const std::string& name : from) node.bytes(1, name);
    node.bytes(2, to).bytes(4, kind);
    for (const auto& [name, number] : numbers) node.message(5, Message().bytes(1, name).number(3, static_cast<uint64_t>(number)).number(20, 2));
    for (const auto& [name, list] : lists) {
      Message attribute;
      attribute.bytes(1, name).number(20, 7);
      for (const int64_t number : list) attribute.number(8, static_cast<uint64_t>(number));
      node.message(5, attribute);
    }
    graph_.message(1, node);
  }
  [[nodiscard]] std::string file() const {
    Message graph = graph_;
    graph.bytes(2, "rig");
    return Message().number(1, 6).bytes(2, "signalbox").message(7, graph).message(8, Message().bytes(1, "").number(2, 11)).str();
  }

 private:
  static Message value(const std::string& name, int type, size_t rank) {
    Message shape;
    for (size_t i = 0; i < rank; ++i) shape.message(1, Message().bytes(2, name + std::to_string(i)));
    return Message().bytes(1, name).message(2, Message().message(1, Message().number(1, static_cast<uint64_t>(type)).message(2, shape)));
  }
  Message graph_;
};

/// The words of all these models; a word that is not among them is `[UNK]`.
inline const std::vector<std::string>& words() {
  static const std::vector<std::string> all{"[PAD]", "[UNK]", "[CLS]", "[SEP]", "one", "two", "three", "four", "five", "six"};
  return all;
}

inline std::string tokenizer_json() {
  std::string vocabulary;
  for (size_t i = 0; i < words().size(); ++i) vocabulary += (i == 0 ? "\"" : ", \"") + words()[i] + "\": " + std::to_string(i);
  return R"({"pre_tokenizer": {"type": "Whitespace"}, "model": {"type": "WordLevel", "unk_token": "[UNK]", "vocab": {)" + vocabulary + R"(}},
    "post_processor": {"type": "BertProcessing", "cls": ["[CLS]", 2], "sep": ["[SEP]", 3]}})";
}

/// A folder that is there as long as this is.
class Folder {
 public:
  explicit Folder(const std::string& name) : path_(std::filesystem::temp_directory_path() / ("sbx-onnx-" + name + "-" + std::to_string(getpid()))) {
    std::filesystem::create_directories(path_);
    write("tokenizer.json", tokenizer_json());
  }
  Folder(const Folder&) = delete;
  ~Folder() { std::filesystem::remove_all(path_); }
  void write(const std::string& name, std::string_view bytes) const { std::ofstream(path_ / name, std::ios::binary) << bytes; }
  [[nodiscard]] std::string path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace sbx::models::rig
