// SPDX-License-Identifier: Apache-2.0
#include "runtime/models/model_bytes.h"

#include <bit>
#include <cmath>
#include <cstring>

namespace sbx::models {

void ModelWriter::u32(uint32_t value) {
  for (int shift = 0; shift < 32; shift += 8) u8(static_cast<uint8_t>(value >> shift));
}

void ModelWriter::f32(float value) { u32(std::bit_cast<uint32_t>(value)); }

void ModelWriter::text(std::string_view value) {
  u32(static_cast<uint32_t>(value.size()));
  bytes_ += value;
}

void ModelWriter::ascending(std::span<const uint32_t> values) {
  u32(static_cast<uint32_t>(values.size()));
  uint32_t next = 0;  // the least that can follow
  for (const uint32_t value : values) {
    uint32_t gap = value - next;
    for (; gap >= 0x80; gap >>= 7) u8(static_cast<uint8_t>(gap | 0x80));
    u8(static_cast<uint8_t>(gap));
    next = value + 1;
  }
}

void ModelWriter::bytes(std::span<const uint8_t> values) { bytes_.append(reinterpret_cast<const char*>(values.data()), values.size()); }
void ModelWriter::bytes(std::span<const int8_t> values) { bytes_.append(reinterpret_cast<const char*>(values.data()), values.size()); }

void ModelWriter::f32s(std::span<const float> values) {
  for (const float value : values) f32(value);
}

std::string_view ModelReader::take(size_t count) {
  if (failed_ || count > rest_.size()) {
    failed_ = true;
    return {};
  }
  const std::string_view taken = rest_.substr(0, count);
  rest_.remove_prefix(count);
  return taken;
}

uint8_t ModelReader::u8() {
  const std::string_view byte = take(1);
  return byte.empty() ? 0 : static_cast<uint8_t>(byte[0]);
}

uint32_t ModelReader::u32() {
  uint32_t value = 0;
  for (int shift = 0; shift < 32; shift += 8) value |= uint32_t{u8()} << shift;
  return value;
}

float ModelReader::f32() {
  const auto value = std::bit_cast<float>(u32());
  if (!std::isfinite(value)) fail();
  return failed_ ? 0 : value;
}

std::string ModelReader::text(size_t longest) {
  const size_t length = u32();
  if (length > longest) fail();
  return std::string(take(failed_ ? 0 : length));
}

std::vector<uint32_t> ModelReader::ascending(uint64_t below) {
  const size_t count = u32();
  if (count > rest_.size()) fail();  // a byte at least for each
  std::vector<uint32_t> values;
  if (failed_) return values;
  values.reserve(count);
  uint64_t next = 0;
  while (values.size() < count && !failed_) {
    uint64_t gap = 0;
    uint8_t part = 0x80;
    for (int shift = 0; part & 0x80 && shift < 35; shift += 7) gap |= uint64_t{(part = u8()) & 0x7FU} << shift;
    next += gap;
    if (next >= below) fail();
    values.push_back(static_cast<uint32_t>(next++));
  }
  return values;
}

std::vector<uint8_t> ModelReader::bytes(size_t count) {
  const std::string_view taken = take(count);
  return {taken.begin(), taken.end()};
}

std::vector<int8_t> ModelReader::signed_bytes(size_t count) {
  const std::string_view taken = take(count);
  return {taken.begin(), taken.end()};
}

std::vector<float> ModelReader::f32s(size_t count) {
  if (count > rest_.size() / 4) fail();
  std::vector<float> values;
  for (size_t i = 0; i < count && !failed_; ++i) values.push_back(f32());
  return values;
}

}  // namespace sbx::models
