// SPDX-License-Identifier: Apache-2.0
// Signals that read texts: keywords, patterns, structure, density, language.
#include <cmath>

#include "tests/unit/signals_rig.h"

using namespace sbx;
using namespace sbx::signals;

namespace {

Constant number(int64_t value) { return {Decimal{value, 0}}; }
Constant word_of(const char* value) { return {std::string(value)}; }

}  // namespace

TEST_CASE("keywords: any, all, none and at_least hold together") {
  SignalInfo any = info_of("keywords", {{"any", texts({"urgent", "asap", "right now"})}});
  CHECK(holds(any, "do it ASAP"));
  CHECK(!holds(any, "whenever"));
  SignalInfo two = info_of("keywords", {{"any", texts({"urgent", "asap", "right now"})}, {"at_least", number(2)}});
  CHECK(!holds(two, "urgent urgent"));
  CHECK(holds(two, "urgent, right now"));
  SignalInfo all = info_of("keywords", {{"all", texts({"review", "contract"})}});
  CHECK(holds(all, "Review this contract"));
  CHECK(!holds(all, "Review this"));
  SignalInfo none = info_of("keywords", {{"none", texts({"draft"})}});
  CHECK(holds(none, "final"));
  CHECK(!holds(none, "a draft"));
  SignalInfo both = info_of("keywords", {{"any", texts({"contract"})}, {"none", texts({"draft"})}});
  CHECK(holds(both, "contract"));
  CHECK(!holds(both, "draft contract"));
  SignalInfo typo = info_of("keywords", {{"any", texts({"urgent"})}, {"edits", number(1)}});
  CHECK(holds(typo, "urgnet"));
  CHECK(!holds(typo, "argument"));
}

TEST_CASE("signals say which text they read") {
  Request request;
  request.messages.push_back({Role::System, {{.text = "be urgent"}}});
  request.messages.push_back({Role::User, {{.text = "first"}}});
  request.messages.push_back({Role::User, {{.text = "last"}}});
  summarize(request);
  auto found = [&](const char* keyword, const char* of) {
    return std::get<bool>(read_one(info_of("keywords", {{"any", texts({keyword})}, {"of", word_of(of)}}), request).value);
  };
  CHECK(found("last", "text"));
  CHECK(!found("first", "text"));
  CHECK(found("first", "text.all"));
  CHECK(found("urgent", "text.system"));
  CHECK(!found("last", "text.system"));
}

TEST_CASE("patterns and structure") {
  CHECK(holds(info_of("pattern", {{"expression", word_of("(?i)begin system prompt")}}), "BEGIN System prompt"));
  CHECK(!holds(info_of("pattern", {{"expression", word_of("^x")}}), "ax"));
  CHECK(holds(info_of("exists", {{"expression", word_of("(?m)^\\s*[-*] ")}}), "list:\n- a"));
  SignalInfo fences = info_of("count", {{"expression", word_of("```")}}, {TypeKind::Int});
  CHECK(raw(read_one(fences, request_of("```a``` ```"))) == 3);
  SignalInfo order = info_of("sequence", {{"steps", texts({"first", "then", "finally"})}});
  CHECK(holds(order, "First do a, then b, finally c"));
  CHECK(!holds(order, "Finally c, then b, first a"));
}

TEST_CASE("one scan serves signals of both kinds") {
  Manifest manifest;
  SignalId a = manifest.signals.add(info_of("keywords", {{"any", texts({"urgent"})}}));
  SignalId b = manifest.signals.add(info_of("pattern", {{"expression", word_of("\\d{4}")}}));
  SignalId c = manifest.signals.add(info_of("keywords", {{"all", texts({"urgent", "1234"})}}));
  Result<SignalSet> set = SignalSet::bind(manifest, "");
  REQUIRE(set.ok());
  TextsPool pool;
  for (const char* text : {"urgent 1234", "Ürgent", "URGENT 1234 ü"}) {
    TextsPool::Lease texts = pool.take();
    Request request = request_of(text);
    bool expected = std::string_view(text) != "Ürgent";
    for (SignalId id : {a, b, c}) CHECK(std::get<bool>(set->read(id, request, *texts).value) == expected);
  }
}

TEST_CASE("density is a share of words") {
  SignalInfo dense = info_of("density", {{"of", texts({"ignore", "bypass", "system prompt"})}}, {TypeKind::Number});
  CHECK(raw(read_one(dense, request_of(""))) == 0);
  CHECK(raw(read_one(dense, request_of("ignore the rules now"))) == 250'000);
  CHECK(raw(read_one(dense, request_of("ignore ignore the"))) == 666'667);
  CHECK(raw(read_one(dense, request_of("the system prompt here"))) == 500'000);
}

TEST_CASE("bm25 saturates, and long texts count less") {
  const SignalInfo info = info_of("bm25", {{"terms", texts({"indemnity", "liability"})}}, {TypeKind::Number});
  const auto score = [](double count, double words) { return count * 2.2 / (count + 1.2 * (0.25 + 0.75 * words / 50)); };
  CHECK(raw(read_one(info, request_of("no such word"))) == 0);
  CHECK(raw(read_one(info, request_of("the indemnity clause"))) == std::llround(1e6 * score(1, 3)));
  CHECK(raw(read_one(info, request_of("Indemnity, indemnity, liability"))) == std::llround(1e6 * (score(2, 3) + score(1, 3))));
}

TEST_CASE("ngrams see through endings and typing errors") {
  const SignalInfo info = info_of("ngrams", {{"any", texts({"cancel my order", "refund"})}}, {TypeKind::Number});
  CHECK(raw(read_one(info, request_of("please cancel my order"))) == 1'000'000);
  CHECK(raw(read_one(info, request_of("canceled my ordre"))) > 500'000);
  CHECK(raw(read_one(info, request_of("what is the weather"))) < 200'000);
  CHECK(raw(read_one(info, request_of(""))) == 0);
}

TEST_CASE("reask compares with the messages before") {
  Request request;
  const auto say = [&](Role role, std::string text) { request.messages.push_back({role, {{.text = std::move(text)}}}); };
  say(Role::User, "How do I reset my password?");
  summarize(request);
  const SignalInfo one = info_of("reask", {}, {TypeKind::Number}), two = info_of("reask", {{"turns", number(2)}}, {TypeKind::Number});
  CHECK(raw(read_one(one, request)) == 0);
  say(Role::Assistant, "Open the settings.");
  say(Role::User, "Thanks. What is the weather?");
  say(Role::User, "how do i RESET my password");
  summarize(request);
  CHECK(raw(read_one(one, request)) < 300'000);
  CHECK(raw(read_one(two, request)) > 950'000);
}

TEST_CASE("language is one of those that the policy names") {
  const char* german = "Bitte prüfe den Vertrag und sage mir, welche Klauseln für uns gefährlich sind.";
  Type type{.kind = TypeKind::Label, .members = {"de", "fr", "none"}};
  Reading reading = read_one(info_of("language", {}, type), request_of(german));
  CHECK(word(reading) == "de");
  CHECK(*reading.confidence > 800'000);
  type.members = {"fr", "none"};
  CHECK(word(read_one(info_of("language", {}, type), request_of(german))) == "none");
  type.members = {"fr"};
  CHECK(read_one(info_of("language", {}, type), request_of(german)).state == ReadingState::Unknown);
  CHECK(read_one(info_of("language", {}, type), request_of("42")).state == ReadingState::Unknown);
  type.members = {"no", "km", "none"};
  CHECK(word(read_one(info_of("language", {}, type), request_of("Hva skjer her i dag, hvor skal vi gå?"))) == "no");
  CHECK(word(read_one(info_of("language", {}, type), request_of("ខ្ញុំចង់ធ្វើដំណើរទៅភ្នំពេញ"))) == "km");  // which only CLD2 knows
  type.members = {"nb", "none"};
  CHECK(word(read_one(info_of("language", {}, type), request_of("morgenmaten"))) == "nb");
}

TEST_CASE("arguments that mean nothing are refused") {
  CHECK(refused(info_of("keywords", {{"any", texts({"a", " "})}})) == "E0331");
  CHECK(refused(info_of("keywords", {{"any", texts({})}})) == "E0306");
  CHECK(refused(info_of("keywords", {{"any", texts({"a"})}, {"at_least", number(2)}})) == "E0306");
  CHECK(refused(info_of("keywords", {{"any", texts({"a", "A"})}, {"at_least", number(2)}})) == "E0306");
  CHECK(refused(info_of("keywords", {{"any", texts({"a"})}, {"at_least", number(0)}})) == "E0306");
  CHECK(refused(info_of("keywords", {{"all", texts({"a"})}, {"at_least", number(2)}})) == "E0306");
  CHECK(refused(info_of("keywords", {{"any", texts({"a"})}, {"edits", number(3)}})) == "E0306");
  CHECK(refused(info_of("keywords", {{"any", texts({"a"})}, {"of", word_of("request.model")}})) == "E0306");
  CHECK(refused(info_of("pattern", {{"expression", word_of("(a)\\1")}})) == "E0330");
  CHECK(refused(info_of("count", {{"expression", word_of("a?")}})) == "E0330");
  CHECK(refused(info_of("sequence", {{"steps", texts({"one"})}})) == "E0306");
  CHECK(refused(info_of("density", {{"of", texts({})}})) == "E0306");
  CHECK(refused(info_of("bm25", {{"terms", texts({})}})) == "E0306");
  CHECK(refused(info_of("bm25", {{"terms", texts({"a"})}, {"b", number(2)}})) == "E0306");
  CHECK(refused(info_of("ngrams", {{"any", texts({"a"})}, {"size", number(9)}})) == "E0306");
  CHECK(refused(info_of("reask", {{"turns", number(0)}})) == "E0306");
  CHECK(refused(info_of("time.hour", {{"zone", word_of("Europe/Berln")}})) == "E0332");
  CHECK(refused(info_of("keywords", {{"any", texts({"a"})}})).empty());
  CHECK(refused(info_of("nearest")).empty());
}
