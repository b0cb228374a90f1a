// SPDX-License-Identifier: Apache-2.0
#include "compiler/driver/outcome_options.h"

#include <CLI/CLI.hpp>

#include "compiler/driver/arguments.h"
#include "compiler/driver/console.h"
#include "compiler/driver/learned_models.h"
#include "runtime/program/load_object.h"

namespace sbx::driver {

void add_outcome_options(CLI::App& command, OutcomeOptions& options, const std::string& about_folds) {
  const auto whole = [](uint64_t least, uint64_t most) {
    return [least, most](const std::string& text) { return no_number_between(least, most, text); };
  };
  command.add_option("--data", options.data, "JSON lines of outcome rows or of logged rows; - is standard input")->required()->option_text("ROWS");
  command.add_option("--folds", options.folds, about_folds)->check(whole(0, 1000))->option_text("N");
  command.add_option("--group-by", options.group_by, "Rows of one group stay in one fold")
      ->check([](const std::string& word) { return word == "group" ? std::string() : "`" + word + "` is not `group`"; })
      ->option_text("group");
  command.add_option("--seed", options.seed, "Of folds and of learning (default 0)")->check(whole(0, UINT64_MAX))->option_text("N");
  command.add_option("--dimension", options.dimension, "Of the vectors that texts become (default 128)")->check(whole(1, 1024))->option_text("N");
  add_models(command, options.models);
}

std::unique_ptr<PolicyToDecide> PolicyToDecide::open(const std::string& path, const std::string& file, const Common& common) {
  auto made = std::make_unique<PolicyToDecide>();
  made->status_ = Misuse;
  std::shared_ptr<models::Models> models = models_of(file, common);
  if (!models) return made;
  if (path.ends_with(".so")) {
    Result<std::unique_ptr<Program>> program = load_object(path);
    Result<std::unique_ptr<ServedPolicy>> served = program ? ServedPolicy::make(std::move(*program), std::move(models)) : program.error();
    if (!served) {
      made->status_ = fail(common, served.error());
      return made;
    }
    made->policies_.emplace(std::move(*served));
    made->decider_.emplace(*made->policies_, 0);
    return made;
  }
  made->checked_ = check_for_use({path}, common);
  made->status_ = made->checked_.status;
  if (!made->checked_.value) return made;
  if (made->checked_.value->policies.size() != 1) {
    made->status_ = fail(common, Kind::BadUsage, "`" + path + "` holds more than one policy", "give a file that holds the one to decide by");
    return made;
  }
  CompileOptions compile = made->checked_.options;
  compile.wait_for_optimized = false;
  made->policies_.emplace(*made->checked_.value, compile, std::move(models));
  made->decider_.emplace(*made->policies_, 0);
  return made;
}

}  // namespace sbx::driver
