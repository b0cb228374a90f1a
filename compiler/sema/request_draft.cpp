// SPDX-License-Identifier: Apache-2.0
#include "compiler/sema/request_draft.h"

#include "runtime/base/variant.h"

namespace sbx::sema {
namespace {

std::string quoted(const std::string& text) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string result = "\"";
  for (char c : text) {
    auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      result += '\\';
      result += c;
    } else if (byte < 0x20) {
      result += "\\u00";
      result += kHex[byte >> 4];
      result += kHex[byte & 15];
    } else {
      result += c;
    }
  }
  return result + "\"";
}

template <class Map, class Write>
std::string object(const Map& map, const Write& write) {
  std::string result = "{";
  for (const auto& [key, value] : map) {
    if (result.size() > 1) result += ",";
    result += quoted(key) + ":" + write(value);
  }
  return result + "}";
}

}  // namespace

std::string to_json(const Constant& constant) {
  return std::visit(overloaded{
                        [](std::monostate) { return std::string("null"); },
                        [](bool value) { return std::string(value ? "true" : "false"); },
                        [](const Decimal& value) { return to_string(value); },
                        [](const std::string& value) { return quoted(value); },
                        [](const ConstantList& list) {
                          std::string result = "[";
                          for (const Constant& item : list) result += (result.size() > 1 ? "," : "") + to_json(item);
                          return result + "]";
                        },
                        [](const ConstantRecord& record) { return object(record, [](const Constant& value) { return to_json(value); }); },
                    },
                    constant.value);
}

std::string RequestDraft::json() const {
  auto constant = [](const Constant& value) { return to_json(value); };
  std::string content = quoted(text);
  if (images > 0 || audio > 0) {
    content = "[{\"type\":\"text\",\"text\":" + quoted(text) + "}";
    for (int64_t i = 0; i < images; ++i) content += ",{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/png;base64,AA==\"}}";
    for (int64_t i = 0; i < audio; ++i) content += ",{\"type\":\"input_audio\",\"input_audio\":{\"data\":\"AA==\",\"format\":\"wav\"}}";
    content += "]";
  }
  std::string messages = "[";
  if (!system.empty()) messages += "{\"role\":\"system\",\"content\":" + quoted(system) + "},";
  messages += "{\"role\":\"user\",\"content\":" + content + "}]";
  std::string request = "{\"model\":" + quoted(model) + ",\"messages\":" + messages;
  if (!tools.empty()) {
    request += ",\"tools\":[";
    for (size_t i = 0; i < tools.size(); ++i)
      request += (i ? "," : "") + std::string("{\"type\":\"function\",\"function\":{\"name\":") + quoted(tools[i]) +
                 ",\"parameters\":{\"type\":\"object\",\"properties\":{}}}}";
    request += "]";
  }
  for (const auto& [key, value] : body) request += "," + quoted(key) + ":" + to_json(value);
  request += "}";
  std::string envelope = "{\"path\":\"/v1/chat/completions\",\"time\":" + quoted(time);
  if (!headers.empty()) envelope += ",\"headers\":" + object(headers, quoted);
  if (!metadata.empty()) envelope += ",\"metadata\":" + object(metadata, constant);
  if (!user.empty()) envelope += ",\"user\":" + object(user, constant);
  if (!session.empty()) envelope += ",\"session\":" + object(session, constant);
  return envelope + ",\"body\":" + request + "}";
}

}  // namespace sbx::sema
