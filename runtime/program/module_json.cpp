// SPDX-License-Identifier: Apache-2.0
// One description of the fields, two directions. The reader takes nothing on trust: every number is checked for its type, the whole for
// verify().
#include "runtime/program/module_json.h"

#include <nlohmann/json.hpp>
#include <stdexcept>

#include "runtime/program/module_fields.h"
#include "runtime/program/verify.h"

namespace sbx {

namespace {

using Json = nlohmann::json;

class Writer {
 public:
  template <class T>
  void operator()(const char* name, T& field) {
    json_[name] = write(field);
  }

  template <class T>
  static Json write(T& x) requires requires(Writer& writer, T& object) {
    fields(writer, object);
  }
  {
    Writer writer;
    fields(writer, x);
    return std::move(writer.json_);
  }
  static Json write(bool& x) { return x; }
  static Json write(std::string& x) { return x; }
  static Json write(std::monostate&) { return nullptr; }
  template <class T>
  static Json write(T& x) requires std::is_integral_v<T> {
    return x;
  }
  template <class T>
  static Json write(T& x) requires std::is_enum_v<T> {
    return static_cast<int>(x);
  }
  template <class Tag>
  static Json write(Id<Tag>& x) {
    return x.index;
  }
  template <class T>
  static Json write(std::vector<T>& x) {
    Json list = Json::array();
    for (T& item : x) list.push_back(write(item));
    return list;
  }
  template <class IdType, class T>
  static Json write(Table<IdType, T>& x) {
    Json list = Json::array();
    for (T& item : x) list.push_back(write(item));
    return list;
  }
  template <class T>
  static Json write(std::optional<T>& x) {
    return x ? Json::array({write(*x)}) : Json::array();
  }
  template <class First, class Second>
  static Json write(std::pair<First, Second>& x) {
    return Json::array({write(x.first), write(x.second)});
  }
  template <class... Ts>
  static Json write(std::variant<Ts...>& x) {
    return Json::array({x.index(), std::visit([](auto& value) { return write(value); }, x)});
  }

 private:
  Json json_ = Json::object();
};

// Thrown and caught in this file only.
struct Malformed : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// The largest enumerator, so that a number outside can be refused.
constexpr int last(TypeKind) { return static_cast<int>(TypeKind::Set); }
constexpr int last(CostClass) { return static_cast<int>(CostClass::Remote); }
constexpr int last(Facet) { return static_cast<int>(Facet::Has); }
constexpr int last(SetChange) { return static_cast<int>(SetChange::Without); }
constexpr int last(Clause::Shape) { return static_cast<int>(Clause::Shape::Any); }
constexpr int last(Entry::Kind) { return static_cast<int>(Entry::Kind::Best); }
constexpr int last(Slot::Kind) { return static_cast<int>(Slot::Kind::Limit); }

constexpr int kDeepest = 300;  // beyond the 256 brackets of docs/language/limits.md

class Reader {
 public:
  /// `depth`: objects around it. Only blocks within blocks and lists of lists go deep, and no text that compiles gets far.
  explicit Reader(const Json& json, int depth = 0) : json_(json), depth_(depth) {
    if (!json.is_object()) throw Malformed("not an object");
    if (depth > kDeepest) throw Malformed("nested too deeply");
  }

  template <class T>
  void operator()(const char* name, T& field) {
    const auto it = json_.find(name);
    if (it == json_.end()) throw Malformed(std::string("`") + name + "` is missing");
    read(*it, field);
  }

  template <class T>
  void read(const Json& json, T& x) requires requires(Reader& reader, T& object) {
    fields(reader, object);
  }
  {
    Reader reader(json, depth_ + 1);
    fields(reader, x);
  }
  void read(const Json& json, bool& x) { x = json.get<bool>(); }
  void read(const Json& json, std::string& x) { x = json.get<std::string>(); }
  void read(const Json&, std::monostate&) {}
  template <class T>
  void read(const Json& json, T& x) requires std::is_integral_v<T> {
    if (!json.is_number_integer()) throw Malformed("not a whole number");
    const bool is_large = json.is_number_unsigned() && json.get<uint64_t>() > uint64_t{INT64_MAX};
    if (is_large || !std::in_range<T>(json.get<int64_t>())) throw Malformed("a number out of range");
    x = static_cast<T>(json.get<int64_t>());
  }
  template <class T>
  void read(const Json& json, T& x) requires std::is_enum_v<T> {
    int index = 0;
    read(json, index);
    if (index < 0 || index > last(T{})) throw Malformed("a name out of range");
    x = static_cast<T>(index);
  }
  template <class Tag>
  void read(const Json& json, Id<Tag>& x) {
    read(json, x.index);
  }
  template <class T>
  void read(const Json& json, std::vector<T>& x) {
    x.clear();
    for (const Json& item : list(json)) read(item, x.emplace_back());
  }
  template <class IdType, class T>
  void read(const Json& json, Table<IdType, T>& x) {
    for (const Json& item : list(json)) {
      T value;
      read(item, value);
      x.add(std::move(value));
    }
  }
  template <class T>
  void read(const Json& json, std::optional<T>& x) {
    x.reset();
    if (list(json).size() > 1) throw Malformed("more than one value");
    if (!json.empty()) read(json[0], x.emplace());
  }
  template <class First, class Second>
  void read(const Json& json, std::pair<First, Second>& x) {
    if (list(json).size() != 2) throw Malformed("not a pair");
    read(json[0], x.first);
    read(json[1], x.second);
  }
  template <class... Ts>
  void read(const Json& json, std::variant<Ts...>& x) {
    if (list(json).size() != 2) throw Malformed("not a choice");
    size_t index = 0;
    read(json[0], index);
    if (!read_choice(json[1], x, index, std::index_sequence_for<Ts...>{})) throw Malformed("no such choice");
  }

 private:
  static const Json& list(const Json& json) {
    if (!json.is_array()) throw Malformed("not a list");
    return json;
  }
  template <class Variant, size_t... I>
  bool read_choice(const Json& json, Variant& x, size_t index, std::index_sequence<I...>) {
    return ((I == index && (read(json, x.template emplace<I>()), true)) || ...);
  }

  const Json& json_;
  int depth_;
};

}  // namespace

std::string to_json(const Module& module) {
  Module copy = module;  // the description of fields is for both directions and so takes them mutable
  return Writer::write(copy).dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result<Module> module_from_json(std::string_view text) try {
  Module module;
  const Json json = Json::parse(text);
  Reader reader(json);
  fields(reader, module);
  const std::vector<std::string> found = verify(module);
  if (!found.empty()) return Error{"R0701", "not a compiled policy: " + found.front()};
  return module;
} catch (const Malformed& error) {
  return Error{"R0701", std::string("not a compiled policy: ") + error.what()};
} catch (const Json::exception&) {
  return Error{"R0701", "not a compiled policy: malformed JSON"};
}

}  // namespace sbx
