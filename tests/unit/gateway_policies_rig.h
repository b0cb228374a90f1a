// SPDX-License-Identifier: Apache-2.0
// A gateway's policies with the loader that `serve` has, on files of their own.
#pragma once

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "compiler/codegen/object.h"
#include "compiler/driver/policy_loader.h"
#include "compiler/pipeline.h"
#include "runtime/gateway/policies.h"

namespace sbx::test {

using Json = nlohmann::ordered_json;

inline const std::string kStdlib = SBX_SOURCE_DIR "/stdlib";

class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "signalbox-policies.XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    path = name;
  }
  ~Folder() { std::filesystem::remove_all(path); }
  Folder(const Folder&) = delete;

  std::string write(const std::string& name, const std::string& bytes) const {
    const std::string file = path + "/" + name;
    std::ofstream(file, std::ios::binary) << bytes;
    return file;
  }
  std::string path;
};

/// A policy that names its number in everything it says; `urgent` requests go to its model.
inline std::string numbered(int number) {
  const std::string n = std::to_string(number);
  return "policy p" + n + " serves \"auto\"\nmodel m" + n + " { provider: a }\nsignal w = keywords(any: [\"urgent\"])\nroute r" + n +
         " when w { model = m" + n + "  header \"x-policy\" = \"" + n + "\" }\notherwise { deny 404 \"" + n + "\" }\n" + "test \"t" + n +
         "\" { given { text: \"urgent\" } expect { route: r" + n + " } }\n";
}

inline std::string object_of(const std::string& text) {
  const Result<Checked> checked = check_text("p.sbx", text, {.stdlib = kStdlib, .analyze = false});
  REQUIRE(checked.ok());
  REQUIRE(!checked->diags.has_errors());
  Result<std::string> bytes = codegen::build(lower_policy(*checked, 0));
  REQUIRE(bytes.ok());
  return *bytes;
}

inline Request request_of(const std::string& text, const std::string& user = "") {
  Request request;
  request.messages = {{Role::User, {{.text = text}}}};
  if (!user.empty()) request.user.id = user;
  summarize(request);
  return request;
}

/// What a generation says to an urgent request: the name of its model.
inline std::string said_by(embed::Generation& generation) {
  const Result<Decision> decision = generation.decide(request_of("urgent"), {});
  if (!decision || decision->attempts.empty()) return "";
  return generation.manifest().models[decision->attempts.front().model].name;
}

struct Gateway {
  explicit Gateway(const std::string& first = numbered(1), gateway::PolicySettings given = {.watch = false},
                   driver::LoaderLimits limits = {}) {
    given.path = given.path.empty() ? folder.write("policy.sbx", first) : given.path;
    settings = given;
    Result<std::unique_ptr<driver::CandidateLoader>> started = driver::CandidateLoader::start(settings, kStdlib, limits);
    REQUIRE(started.ok());
    loader = std::move(*started);
    policies = std::make_unique<gateway::Policies>(settings, *loader);
  }

  http::Response ask(const std::string& method, const std::string& target, const std::string& body = "", http::Headers headers = {}) {
    const auto answer = policies->answer({method, target, std::move(headers), body});
    REQUIRE(answer);
    return *answer;
  }
  Json json(const std::string& method, const std::string& target, const std::string& body = "") {
    return Json::parse(ask(method, target, body).body);
  }
  http::Response post(const std::string& body, const std::string& query = "") { return ask("POST", "/admin/policies" + query, body); }
  Json status() { return Json::parse("{" + policies->status_json() + "}"); }
  std::string serving() {
    const auto pick = policies->pick({});
    return pick.generation ? said_by(*pick.generation) : "";
  }

  Folder folder;
  gateway::PolicySettings settings;
  std::unique_ptr<driver::CandidateLoader> loader;
  std::unique_ptr<gateway::Policies> policies;  // ends before the loader
};

}  // namespace sbx::test
