// SPDX-License-Identifier: Apache-2.0
#include "runtime/models/npy.h"

#include <bit>
#include <charconv>
#include <cstring>
#include <optional>
#include <string>

namespace sbx::models {
namespace {

using Vector = std::vector<double>;

constexpr std::string_view kMagic("\x93NUMPY", 6);

static_assert(std::endian::native == std::endian::little, "the bytes of an array are taken as they are");

Error fault(std::string message) { return {"E0333", std::move(message)}; }

/// What follows `'key':` in the header, a dictionary of Python.
std::optional<std::string_view> value_of(std::string_view header, std::string_view key) {
  const size_t at = header.find("'" + std::string(key) + "':");
  if (at == std::string_view::npos) return std::nullopt;
  std::string_view rest = header.substr(at + key.size() + 3);
  rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
  return rest;
}

/// `(3, 768)` or `(768,)`.
std::optional<std::vector<size_t>> shape_of(std::string_view text) {
  if (!text.starts_with('(')) return std::nullopt;
  text = text.substr(1, text.find(')') == std::string_view::npos ? 0 : text.find(')') - 1);
  std::vector<size_t> shape;
  for (const char* at = text.data(); at < text.data() + text.size();) {
    if (*at == ' ' || *at == ',') {
      ++at;
      continue;
    }
    size_t length = 0;
    const auto [end, failed] = std::from_chars(at, text.data() + text.size(), length);
    if (failed != std::errc{}) return std::nullopt;
    shape.push_back(length);
    at = end;
  }
  return shape;
}

struct Header {
  std::string_view text, data;
};

std::optional<Header> header_of(std::string_view bytes) {
  const size_t length_at = kMagic.size() + 2;
  if (bytes.size() < length_at + 4) return std::nullopt;
  const bool is_long = bytes[kMagic.size()] > 1;
  uint32_t length = 0;
  std::memcpy(&length, bytes.data() + length_at, is_long ? 4 : 2);
  const size_t begin = length_at + (is_long ? 4 : 2);
  if (bytes.size() - begin < length) return std::nullopt;
  return Header{bytes.substr(begin, length), bytes.substr(begin + length)};
}

template <class Number>
std::vector<Vector> rows_of(std::string_view data, size_t rows, size_t columns) {
  std::vector<Vector> result(rows, Vector(columns));
  for (size_t i = 0; i < rows * columns; ++i) {
    Number number;
    std::memcpy(&number, data.data() + i * sizeof(Number), sizeof(Number));
    result[i / columns][i % columns] = static_cast<double>(number);
  }
  return result;
}

}  // namespace

bool is_npy(std::string_view bytes) { return bytes.starts_with(kMagic); }

Result<std::vector<Vector>> parse_npy(std::string_view bytes) {
  const std::optional<Header> header = is_npy(bytes) ? header_of(bytes) : std::nullopt;
  if (!header) return fault("is no array of NumPy, or is cut off");
  const std::optional<std::string_view> type = value_of(header->text, "descr"), order = value_of(header->text, "fortran_order"),
                                        written = value_of(header->text, "shape");
  const std::optional<std::vector<size_t>> shape = written ? shape_of(*written) : std::nullopt;
  if (!type || !order || !shape) return fault("is no array of NumPy: its header is not understood");
  const bool is_double = type->starts_with("'<f8'");
  if (!is_double && !type->starts_with("'<f4'")) return fault("holds numbers of a type that is not read; write float32 or float64");
  if (shape->empty() || shape->size() > 2) return fault("has not one or two dimensions; write one vector a row");
  const size_t rows = shape->size() == 2 ? shape->front() : 1, columns = shape->back();
  if (order->starts_with("True") && rows > 1) return fault("is laid out column by column; write `numpy.ascontiguousarray(…)`");
  const size_t size = is_double ? sizeof(double) : sizeof(float);
  const size_t most = header->data.size() / size;
  if (columns == 0 || rows > most || columns > most || rows * columns * size != header->data.size())
    return fault("has not as many numbers as its shape says");
  return is_double ? rows_of<double>(header->data, rows, columns) : rows_of<float>(header->data, rows, columns);
}

}  // namespace sbx::models
