// SPDX-License-Identifier: Apache-2.0
#include "runtime/program/object_facts.h"

#include <elf.h>

#include <cstring>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "runtime/abi/decide.h"
#include "runtime/program/module_json.h"
#include "runtime/program/object_file.h"

namespace sbx {

namespace {

/// Views of parts of a file; nothing is ever read outside it.
class Sections {
 public:
  explicit Sections(std::string_view bytes) : bytes_(bytes) {
    Elf64_Ehdr header;
    if (bytes.size() < sizeof header || !is_object_file(bytes)) return;
    std::memcpy(&header, bytes.data(), sizeof header);
    if (header.e_ident[EI_CLASS] != ELFCLASS64 || header.e_ident[EI_DATA] != ELFDATA2LSB) return;
    const uint64_t size = uint64_t{header.e_shnum} * sizeof(Elf64_Shdr);
    const auto table = part(header.e_shoff, size);
    if (header.e_shentsize != sizeof(Elf64_Shdr) || !table || header.e_shstrndx >= header.e_shnum) return;
    sections_.resize(header.e_shnum);
    std::memcpy(sections_.data(), table->data(), size);
    names_ = content(sections_[header.e_shstrndx]).value_or("");
  }

  [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const {
    for (const Elf64_Shdr& section : sections_) {
      if (section.sh_name < names_.size() && name_at(section.sh_name) == name) return content(section);
    }
    return std::nullopt;
  }

 private:
  [[nodiscard]] std::optional<std::string_view> part(uint64_t begin, uint64_t size) const {
    if (begin > bytes_.size() || size > bytes_.size() - begin) return std::nullopt;
    return bytes_.substr(begin, size);
  }
  [[nodiscard]] std::optional<std::string_view> content(const Elf64_Shdr& section) const {
    if (section.sh_type == SHT_NOBITS) return std::nullopt;
    return part(section.sh_offset, section.sh_size);
  }
  [[nodiscard]] std::string_view name_at(uint32_t at) const {
    const std::string_view rest = names_.substr(at);
    return rest.substr(0, rest.find('\0'));
  }

  std::string_view bytes_;
  std::vector<Elf64_Shdr> sections_;
  std::string_view names_;
};

Error missing() {
  return {"R0753", "it does not describe itself: it is no policy, was stripped of its sections, or is older than they are"};
}

}  // namespace

std::optional<std::string_view> section_of(std::string_view object, std::string_view name) {
  std::optional<std::string_view> content = Sections(object).find(name);
  if (content && content->ends_with('\0')) content->remove_suffix(1);
  return content;
}

std::string to_json(const CodeTarget& code) {
  return nlohmann::ordered_json{{"abi", code.abi}, {"target", code.target}, {"cpu", code.cpu}, {"processor", code.processor}}.dump();
}

Result<CodeTarget> read_code_target(std::string_view object) {
  const auto text = section_of(object, kFactsSection);
  if (!text) return missing();
  const auto json = nlohmann::json::parse(*text, nullptr, false);
  const auto word = [&](const char* name) -> std::optional<std::string> {
    const auto found = json.find(name);
    return found != json.end() && found->is_string() ? std::optional(found->get<std::string>()) : std::nullopt;
  };
  const auto abi = json.is_object() ? json.find("abi") : json.end();
  const bool has_abi = abi != json.end() && abi->is_number_unsigned() && std::in_range<uint32_t>(abi->get<uint64_t>());
  if (!has_abi || !word("target") || !word("cpu") || !word("processor")) return Error{"R0755", "it is damaged: its facts cannot be read"};
  return CodeTarget{abi->get<uint32_t>(), *word("target"), *word("cpu"), *word("processor")};
}

Result<ObjectFacts> read_object_facts(std::string_view object) {
  if (const Result<bool> whole = check_object_file(object); !whole) return whole.error();
  Result<CodeTarget> code = read_code_target(object);
  if (!code) return code.error();
  if (code->abi != SBX_ABI_VERSION) {
    return Error{"R0754", "it was made for version " + std::to_string(code->abi) + " of the contract, this is version " +
                              std::to_string(SBX_ABI_VERSION) + "; build it again"};
  }
  const auto text = section_of(object, kModuleSection);
  if (!text) return missing();
  Result<Module> module = module_from_json(*text);
  if (!module) return Error{"R0755", "it is damaged: " + module.error().message};
  return ObjectFacts{std::move(*code), std::move(*module)};
}

}  // namespace sbx
