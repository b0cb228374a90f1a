// SPDX-License-Identifier: Apache-2.0
#include "runtime/signals/arguments.h"

namespace sbx::signals {

const Constant* argument(const ConstantRecord& arguments, std::string_view name) {
  for (const auto& [key, value] : arguments) {
    if (key == name) return &value;
  }
  return nullptr;
}

std::string text_argument(const ConstantRecord& arguments, std::string_view name) {
  const Constant* value = argument(arguments, name);
  const auto* text = value ? std::get_if<std::string>(&value->value) : nullptr;
  return text ? *text : std::string();
}

std::vector<std::string> list_argument(const ConstantRecord& arguments, std::string_view name) {
  std::vector<std::string> result;
  const Constant* value = argument(arguments, name);
  const auto* list = value ? std::get_if<ConstantList>(&value->value) : nullptr;
  if (!list) return result;
  for (const Constant& item : *list) {
    if (const auto* text = std::get_if<std::string>(&item.value)) result.push_back(*text);
  }
  return result;
}

Result<int> count_argument(const ConstantRecord& arguments, std::string_view name, int otherwise, int most) {
  const Constant* value = argument(arguments, name);
  const auto* number = value ? std::get_if<Decimal>(&value->value) : nullptr;
  if (!number) return otherwise;
  if (number->scale != 0 || number->digits < 0 || number->digits > most)
    return Error{"E0306", "`" + std::string(name) + "` is a whole number from 0 to " + std::to_string(most)};
  return static_cast<int>(number->digits);
}

Result<Source> source_argument(const ConstantRecord& arguments, std::string_view name) {
  std::string text = text_argument(arguments, name);
  if (text.empty()) return Source::LastUser;
  if (std::optional<Source> source = parse_source(text)) return *source;
  return Error{"E0306", "`" + text + "` is no text of a request: `" + std::string(name) + "` is `text`, `text.all` or `text.system`"};
}

}  // namespace sbx::signals
