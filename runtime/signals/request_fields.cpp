// SPDX-License-Identifier: Apache-2.0
// What the request says of itself: its texts, counts and options.
#include "runtime/signals/kinds.h"
#include "runtime/signals/prompt_tokens.h"
#include "runtime/signals/typed.h"

namespace sbx::signals {
namespace {

struct Field final : Extractor {
  FieldReader reader = nullptr;
  Type type;
  [[nodiscard]] Reading read(const Observation& observation) const override { return reader(observation.request, type); }
};

/// `header("n")` and `metadata("k")`.
struct Named final : Extractor {
  std::optional<std::string_view> (Request::*get)(std::string_view) const = nullptr;
  std::string name;
  Type type;
  [[nodiscard]] Reading read(const Observation& observation) const override {
    std::optional<std::string_view> value = (observation.request.*get)(name);
    return value ? typed(*value, type) : unknown();
  }
};

template <class Number>
Reading number(std::optional<Number> value) {
  return value ? known(static_cast<int64_t>(*value)) : unknown();
}

}  // namespace

Bound bind_field(const Binding& binding, FieldReader read) {
  auto extractor = std::make_unique<Field>();
  extractor->reader = read;
  extractor->type = binding.info.type;
  return std::unique_ptr<Extractor>(std::move(extractor));
}

namespace {

Bound bind_named(const Binding& binding, std::string_view parameter,
                 std::optional<std::string_view> (Request::*get)(std::string_view) const) {
  auto extractor = std::make_unique<Named>();
  for (const auto& [key, value] : binding.info.arguments) {
    const auto* text = std::get_if<std::string>(&value.value);
    if (key == parameter && text) extractor->name = *text;
  }
  if (extractor->name.empty()) return Error{"E0306", "`" + std::string(binding.info.kind) + "` needs a name"};
  extractor->get = get;
  extractor->type = binding.info.type;
  return std::unique_ptr<Extractor>(std::move(extractor));
}

}  // namespace

Bound bind_header(const Binding& binding) { return bind_named(binding, "name", &Request::header); }
Bound bind_metadata(const Binding& binding) { return bind_named(binding, "key", &Request::metadata_of); }

namespace fields {

Reading text(const Request& request, const Type& type) { return typed(std::string_view(request.text), type); }
Reading text_all(const Request& request, const Type& type) { return typed(std::string_view(request.text_all), type); }
Reading text_system(const Request& request, const Type& type) { return typed(std::string_view(request.text_system), type); }
Reading path(const Request& request, const Type& type) {
  return request.path.empty() ? unknown() : typed(std::string_view(request.path), type);
}
Reading dialect(const Request& request, const Type& type) { return typed(to_string(request.dialect), type); }
Reading model(const Request& request, const Type& type) {
  return request.model.empty() ? unknown() : typed(std::string_view(request.model), type);
}

Reading tokens(const Request& request, const Type&) { return known(prompt_tokens(request)); }
Reading turns(const Request& request, const Type&) { return known(int64_t{request.turns}); }
Reading messages(const Request& request, const Type&) { return known(static_cast<int64_t>(request.messages.size())); }
Reading tools(const Request& request, const Type&) { return known(static_cast<int64_t>(request.tools.size())); }

Reading tool_names(const Request& request, const Type&) {
  std::vector<std::string> names;
  for (const Tool& tool : request.tools) names.push_back(tool.name);
  return known(std::move(names));
}

Reading tool_choice(const Request& request, const Type& type) {
  ToolChoice choice = request.tool_choice.value_or(request.tools.empty() ? ToolChoice::None : ToolChoice::Auto);
  return typed(to_string(choice), type);
}

Reading images(const Request& request, const Type&) { return known(int64_t{request.images}); }
Reading audio(const Request& request, const Type&) { return known(int64_t{request.audio}); }
Reading format(const Request& request, const Type& type) { return typed(to_string(request.format), type); }
Reading stream(const Request& request, const Type&) { return known(request.stream); }
Reading max_tokens(const Request& request, const Type&) { return number(request.max_tokens); }
Reading temperature(const Request& request, const Type&) { return number(request.temperature); }

}  // namespace fields
}  // namespace sbx::signals
