// SPDX-License-Identifier: Apache-2.0
// `signalbox decide POLICY REQUEST…`: one decision a request, in order; one that cannot be decoded does not stop the rest.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <fstream>

#include "compiler/driver/arguments.h"
#include "compiler/driver/console.h"
#include "compiler/driver/decision_text.h"
#include "compiler/driver/files.h"
#include "compiler/driver/learned_models.h"
#include "compiler/driver/served.h"
#include "runtime/engine/decision_json.h"
#include "runtime/program/load_object.h"
#include "runtime/program/object_file.h"
#include "runtime/request/decode.h"
#include "runtime/selectors/learned.h"
#include "runtime/state/store.h"

namespace sbx::driver {
namespace {

struct Options {
  std::string policy;
  std::vector<std::string> requests;
  std::vector<std::string> readings;
  std::string dialect, engine = "native", deadline, models, learned, format;
  bool lines = false, explain = false, guards = false, eager = false, no_models = false;
  uint64_t seed = 0;
  std::string state;
};

/// What stays the same over all requests of a run.
struct Session {
  const Options& options;
  const Common& common;
  ServedPolicies& policies;
  DecodeOptions decode;
  int64_t deadline_us = -1;
  std::shared_ptr<const Learned> learned;
  std::vector<std::pair<std::string, std::string>> readings;
  std::shared_ptr<const state::Snapshot> state{};
};

int report(const Session& session, const std::string& subject, std::string_view id, const Error& error) {
  if (session.options.format == "json")
    print(error_json(id, error) + "\n");
  else
    fail(session.common, Error{error.code, subject + ": " + error.message});
  return Misuse;
}

Result<Decision> decide(const Session& session, ServedPolicy& served, const Request& request) {
  DecideOptions decide{.explain = session.options.explain ? ExplainLevel::Full : ExplainLevel::Brief,
                       .eager = session.options.eager,
                       .no_models = session.options.no_models,
                       .guards = session.options.guards,
                       .deadline_us = session.deadline_us,
                       .given = {},
                       .learned = session.learned.get()};
  for (const auto& [name, text] : session.readings) {
    Result<GivenSignal> given = served.engine().parse_given(name, text);
    if (!given) return given.error();
    decide.given.push_back(std::move(*given));
  }
  decide.state = session.state.get();
  std::unique_ptr<Reader> reader = served.reader();
  return served.engine().decide(request, *reader, served.workspace(), decide);
}

int decide_document(const Session& session, const std::string& subject, std::string_view bytes) {
  Decoded decoded = decode_request(bytes, session.decode);
  if (!decoded.request) return report(session, subject, decoded.id, decoded.request.error());
  const Request& request = *decoded.request;
  std::optional<size_t> index = session.policies.choose(request.model);
  if (!index) return report(session, subject, decoded.id, {"R0703", "no policy of the file serves the model `" + request.model + "`"});
  std::set<std::string> given;
  for (const auto& [name, text] : session.readings) given.insert(name);
  for (const GivenReading& reading : request.readings) given.insert(reading.name);
  Result<ServedPolicy*> served = session.policies.get(*index, given);
  if (!served) return fail(session.common, served.error());
  if (const auto error = check_learned((*served)->manifest(), session.learned.get())) return fail(session.common, *error);
  Result<Decision> decision = decide(session, **served, request);
  if (!decision) return report(session, subject, decoded.id, decision.error());
  const Manifest& manifest = (*served)->manifest();
  if (session.options.format == "json")
    print(decision_json(manifest, *decision, session.options.explain) + "\n");
  else
    print(decision_text(subject, manifest, *decision, session.options.explain));
  return Done;
}

int decide_file(const Session& session, const std::string& path) {
  Result<std::string> bytes = read_file(path);
  if (!bytes) return fail(session.common, bytes.error());
  if (!session.options.lines && !path.ends_with(".jsonl")) return decide_document(session, path, *bytes);
  int status = Done;
  Lines lines(*bytes);
  for (size_t number = 1; std::optional<std::string_view> line = lines.next(); ++number) {
    status = std::max(status, decide_document(session, path + " " + std::to_string(number), *line));
  }
  return status;
}

/// `--deadline`, `--learned` and `--reading` into the session; an exit status if they mean nothing.
std::optional<int> read_values(Session& session) {
  if (!session.options.deadline.empty()) {
    const std::optional<int64_t> micros = duration_us(session.options.deadline);
    if (!micros)
      return fail(session.common, Kind::BadUsage, "`--deadline " + session.options.deadline + "` is no duration", "write `200ms`");
    session.deadline_us = *micros;
  }
  if (!session.options.learned.empty()) {
    Result<std::shared_ptr<const Learned>> learned = load_learned(session.options.learned);
    if (!learned) return fail(session.common, learned.error());
    session.learned = std::move(*learned);
  }
  for (const std::string& text : session.options.readings) {
    size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0)
      return fail(session.common, Kind::BadUsage, "`--reading " + text + "` is not NAME=READING", "write `topic=law:0.91`");
    const std::string name = text.substr(0, equals);
    if (std::ranges::any_of(session.readings, [&](const auto& one) { return one.first == name; }))
      return fail(session.common, Kind::BadUsage, "a reading of `" + name + "` is given more than once");
    session.readings.emplace_back(name, text.substr(equals + 1));
  }
  return std::nullopt;
}

int decide_all(const Options& options, const Common& common, ServedPolicies& policies) {
  DecodeOptions decode{.dialect = parse_dialect(options.dialect), .now_us = now_us(), .seed = options.seed};
  Session session{options, common, policies, decode, -1, nullptr, {}};
  if (std::optional<int> status = read_values(session)) return *status;
  if (!options.state.empty()) {
    Result<std::shared_ptr<const state::Snapshot>> snapshot = state::read_sqlite(options.state);
    if (!snapshot) return fail(common, snapshot.error());
    session.state = std::move(*snapshot);
  }
  int status = Done;
  for (const std::string& path : options.requests) status = std::max(status, decide_file(session, path));
  return status;
}

int decide_by_object(const Options& options, const Common& common) {
  if (options.engine != "native") return fail(common, Kind::BadUsage, "an object holds native code; `--engine` needs the policy's text");
  Result<std::unique_ptr<Program>> program = load_object(options.policy);
  if (!program) return fail(common, program.error());
  std::shared_ptr<models::Models> models = models_of(options.models, common);
  if (!models) return Misuse;
  Result<std::unique_ptr<ServedPolicy>> served = ServedPolicy::make(std::move(*program), std::move(models));
  if (!served) return fail(common, served.error());
  ServedPolicies policies(std::move(*served));
  return decide_all(options, common, policies);
}

/// By its name or its first bytes; what cannot be read is said where it is read.
bool is_compiled(const std::string& path) {
  if (path.ends_with(".so")) return true;
  char start[4] = {};
  return std::ifstream(path, std::ios::binary).read(start, sizeof start) && is_object_file({start, sizeof start});
}

int decide_requests(const Options& options, const Common& common) {
  if (is_compiled(options.policy)) return decide_by_object(options, common);
  CheckedPolicies checked = check_for_use({options.policy}, common, !options.guards);
  if (!checked.value) return checked.status;
  CompileOptions compile = checked.options;
  compile.engine = options.engine == "native"        ? CompileOptions::Engine::Native
                   : options.engine == "unoptimized" ? CompileOptions::Engine::Unoptimized
                                                     : CompileOptions::Engine::Interpreter;
  compile.wait_for_optimized = false;
  std::shared_ptr<models::Models> models = models_of(options.models, common);
  if (!models) return Misuse;
  ServedPolicies policies(*checked.value, compile, std::move(models));
  return decide_all(options, common, policies);
}

std::string none_of(const std::string& word, const std::vector<std::string>& words) {
  std::string all;
  for (const std::string& one : words) {
    if (one == word) return {};
    all += (all.empty() ? "" : ", ") + one;
  }
  return "`" + word + "` is none of " + all;
}

}  // namespace

Run add_decide(CLI::App& app, Common& common) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("decide", "Decide requests: which model, with what, and why");
  command->add_option("POLICY", options->policy, "A .sbx file, or a shared object (.so) made by `build`")->required();
  command->add_option("REQUEST", options->requests, "Files of one JSON document, or of JSON lines (.jsonl); - is standard input")
      ->required();
  command->add_option("--reading", options->readings, "A reading that replaces the signal's own: topic=law:0.91, has_pii=?, topic=!")
      ->allow_extra_args(false)
      ->option_text("NAME=READING");
  command->add_option("--dialect", options->dialect, "chat, responses, messages or embeddings, where the path does not say")
      ->check([](const std::string& word) {
        return none_of(word, {"chat", "responses", "messages", "embeddings"});
      })
      ->option_text("DIALECT");
  command->add_flag("--lines", options->lines, "The files are JSON lines");
  command->add_flag("--explain", options->explain, "Also tell what did not hold and the nearest route that did not win");
  command->add_flag("--guards", options->guards, "Decide nothing: list the routes and rules that hold");
  command->add_option("--engine", options->engine, "native, unoptimized or interpreter: all decide alike")
      ->check([](const std::string& word) {
        return none_of(word, {"native", "unoptimized", "interpreter"});
      })
      ->option_text("ENGINE");
  command->add_flag("--eager", options->eager, "Read every signal, also those that cannot matter");
  command->add_flag("--no-models", options->no_models, "Signals that need a model are unknown unless given");
  command->add_option("--seed", options->seed, "For a request that gives none (default 0)")
      ->check([](const std::string& text) {
        uint64_t seed = 0;
        auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seed);
        bool whole = error == std::errc() && end == text.data() + text.size();
        return whole ? std::string() : "`" + text + "` is no number from 0 to 18446744073709551615";
      })
      ->option_text("N");
  command->add_option("--state", options->state, "The file that a gateway keeps its state in: budgets and selectors that learn go by it")
      ->option_text("FILE");
  command->add_option("--deadline", options->deadline, "When it passes, pending signals have failed")->option_text("200ms");
  add_models(*command, options->models);
  command->add_option("--learned", options->learned, "What `learn` wrote: selectors that learn choose by it")->option_text("FILE.sbl");
  add_format(*command, options->format, {"json", "text"});
  add_common(*command, common);
  add_examples(*command, {"signalbox decide policy.sbx requests/04-chat-tools.json --format text",
                          "signalbox decide policy.sbx requests/16-urgent-enterprise.json --explain --seed 7",
                          "signalbox decide policy.sbx requests/02-chat-many-turns.json --reading 'urgent=true'"});
  return [options, &common] { return decide_requests(*options, common); };
}

}  // namespace sbx::driver
