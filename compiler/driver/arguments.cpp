// SPDX-License-Identifier: Apache-2.0
// The only file that sees CLI11's errors; its texts are not shown.
#include "compiler/driver/arguments.h"

#include <CLI/CLI.hpp>
#include <cctype>
#include <charconv>

#include "compiler/driver/console.h"
#include "runtime/diag/render.h"
#include "runtime/request/readings.h"

namespace sbx::driver {
namespace {

const CLI::App& chosen(const CLI::App& app) {
  std::vector<CLI::App*> commands = const_cast<CLI::App&>(app).get_subcommands();
  return commands.empty() ? app : *commands.front();
}

std::vector<std::string> known_options(const CLI::App& command) {
  std::vector<std::string> names;
  for (const CLI::Option* option : command.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

std::vector<std::string> known_commands(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) names.push_back(command->get_name());
  return names;
}

std::string see_help(const CLI::App& command) {
  bool top = command.get_parent() == nullptr;
  return "see `signalbox " + (top ? std::string() : command.get_name() + " ") + "--help`";
}

int unexpected(const CLI::App& app, const CLI::App& command, const std::string& word, const Common& common) {
  bool option = word.size() > 1 && word[0] == '-';
  std::string what = option ? "option" : command.get_parent() == nullptr ? "command" : "argument";
  std::string name = word.substr(0, option ? word.find('=') : std::string::npos);
  std::vector<std::string> known = option ? known_options(command) : what == "command" ? known_commands(app) : std::vector<std::string>{};
  std::string near = did_you_mean(name, known);
  std::string help = near.empty() ? see_help(command) : "did you mean `" + near + "`?";
  return fail(common, Kind::BadUsage, (what == "argument" ? "unexpected argument `" : "unknown " + what + " `") + name + "`", help);
}

/// CLI11 begins its messages with the option's name; the class of the error says the rest.
int misuse(const CLI::App& app, const CLI::ParseError& error, const Common& common) {
  const CLI::App& command = chosen(app);
  std::string text = error.what();
  std::string subject = text.substr(0, text.find(':'));
  std::string detail = text.size() > subject.size() + 2 ? text.substr(subject.size() + 2) : "";
  std::string message = "wrong arguments";
  if (dynamic_cast<const CLI::RequiredError*>(&error)) {
    message = "`" + text.substr(0, text.find(' ')) + "` is missing";
  } else if (dynamic_cast<const CLI::ArgumentMismatch*>(&error)) {
    bool repeated = text.find("received") != std::string::npos && text.find("ost ") != std::string::npos;
    message = repeated ? "option `" + subject + "` is given more than once" : "option `" + subject + "` needs a value";
  } else if (dynamic_cast<const CLI::ValidationError*>(&error)) {
    message = "wrong value for `" + subject + "`: " + detail;
  } else if (dynamic_cast<const CLI::ConversionError*>(&error)) {
    message = "wrong value in `" + text.substr(text.rfind(' ') + 1) + "`: a number is needed";
  }
  return fail(common, Kind::BadUsage, message, see_help(command));
}

}  // namespace

void add_common(CLI::App& command, Common& common) {
  command.set_help_flag("-h,--help", "Print this help");
  command.add_option("--color", common.color, "When to use colour: auto, always, never")
      ->check([](const std::string& word) {
        bool known = word == "auto" || word == "always" || word == "never";
        return known ? std::string() : "`" + word + "` is none of auto, always, never";
      })
      ->option_text("WHEN");
  command.add_flag("--quiet", common.quiet, "No progress and no summary on stderr");
  command.add_option("--jobs", common.jobs, "How many threads may work (default: all)")
      ->check([](const std::string& text) {
        bool number = !text.empty() && text.size() <= 4 && text.find_first_not_of("0123456789") == std::string::npos && text != "0";
        return number ? std::string() : "`" + text + "` is not a number from 1 to 9999";
      })
      ->option_text("N");
  command.add_option("--stdlib", common.stdlib, "The folder of the standard library")->option_text("DIR");
}

void add_models(CLI::App& command, std::string& file) {
  command.add_option("--models", file, "The models that policies name, beside the standard library's (YAML)")->option_text("FILE");
}

void add_format(CLI::App& command, std::string& format, std::vector<std::string> words) {
  format = words.front();
  std::string all;
  for (const std::string& word : words) all += (all.empty() ? "" : "|") + word;
  command.add_option("--format", format, "How the result is written: " + all)
      ->check([words, all](const std::string& word) {
        bool known = std::find(words.begin(), words.end(), word) != words.end();
        return known ? std::string() : "`" + word + "` is none of " + all;
      })
      ->option_text("FORMAT");
}

void add_examples(CLI::App& command, const std::vector<std::string>& lines) {
  std::string text = "Examples:\n";
  for (const std::string& line : lines) text += "  " + line + "\n";
  command.footer(text);
}

std::vector<char*> with_one_command(int count, char** arguments) {
  static std::string train = "train-signal", eval = "eval-signal";
  std::vector<char*> words(arguments, arguments + count);
  if (count < 3 || std::string_view(words[2]) != "signal") return words;
  const std::string_view first = words[1];
  if (first != "train" && first != "eval") return words;
  words[1] = (first == "train" ? train : eval).data();
  words.erase(words.begin() + 2);
  return words;
}

std::optional<int> read_arguments(CLI::App& app, int count, char** arguments, const Common& common) {
  app.allow_extras();
  for (CLI::App* command : app.get_subcommands([](CLI::App*) { return true; })) command->allow_extras();
  try {
    app.parse(count, arguments);
  } catch (const CLI::CallForHelp&) {
    print(chosen(app).help());
    return Done;
  } catch (const CLI::ParseError& error) {
    return misuse(app, error, common);
  }
  const CLI::App& command = chosen(app);
  // CLI11 keeps the `--` that ends options among what is left.
  for (const std::string& word : command.get_prefix_command() ? std::vector<std::string>{} : command.remaining()) {
    if (word != "--") return unexpected(app, command, word, common);
  }
  if (&command != &app && !app.remaining().empty()) return unexpected(app, app, app.remaining().front(), common);
  return std::nullopt;
}

std::optional<int64_t> duration_us(const std::string& text) {
  if (text.empty() || !std::isalpha(static_cast<unsigned char>(text.back()))) return std::nullopt;  // a number says no unit
  const Result<Reading> duration = parse_short_reading(text, Type{.kind = TypeKind::Duration, .members = {}, .space = {}});
  const int64_t* micros = duration ? std::get_if<int64_t>(&duration->value) : nullptr;
  return micros && *micros >= 0 ? std::optional(*micros) : std::nullopt;
}

std::string no_number_between(uint64_t least, uint64_t most, const std::string& text) {
  uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool is_number = error == std::errc() && end == text.data() + text.size() && !text.empty();
  if (is_number && least <= number && number <= most) return {};
  return "`" + text + "` is no whole number from " + std::to_string(least) + " to " + std::to_string(most);
}

}  // namespace sbx::driver
