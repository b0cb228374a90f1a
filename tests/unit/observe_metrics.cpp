// SPDX-License-Identifier: Apache-2.0
// What is counted, and how it is told.
#include "runtime/observe/counters.h"
#include "tests/unit/observe_rig.h"

using namespace sbx;
using namespace sbx::test;

namespace {

std::unique_ptr<observe::Observer> observer() {
  auto made = observe::Observer::make({}, {});
  REQUIRE(made.ok());
  return std::move(*made);
}

bool has_line(const std::string& text, const std::string& line) { return ("\n" + text).find("\n" + line + "\n") != std::string::npos; }

}  // namespace

TEST_CASE("a request is counted under the names of its policy") {
  const auto generation = generation_of(kPolicy);
  const auto metrics = observer();
  metrics->served(served_by(generation, chat("a", "URGENT: help", R"("user":{"tier":"pro"})")));
  metrics->served(served_by(generation, chat("b", "hello")));
  metrics->served(served_by(generation, chat("c", "hello", R"("user":{"id":"mallory"})")));
  const std::string text = metrics->metrics({});
  CHECK(has_line(text, R"(signalbox_decisions_total{policy="desk",route="hurry",outcome="route"} 1)"));
  CHECK(has_line(text, R"(signalbox_decisions_total{policy="desk",route="otherwise",outcome="otherwise"} 1)"));
  CHECK(has_line(text, R"(signalbox_decisions_total{policy="desk",route="barred",outcome="deny"} 1)"));
  CHECK(has_line(text, R"(signalbox_requests_total{status="200"} 2)"));
  CHECK(has_line(text, R"(signalbox_requests_total{status="403"} 1)"));
  CHECK(has_line(text, R"(signalbox_upstream_attempts_total{policy="desk",model="large",provider="openai",class="ok"} 1)"));
  CHECK(has_line(text, R"(signalbox_upstream_ttft_seconds_bucket{policy="desk",model="large",le="0.04"} 0)"));
  CHECK(has_line(text, R"(signalbox_upstream_ttft_seconds_bucket{policy="desk",model="large",le="0.08"} 1)"));
  CHECK(has_line(text, R"(signalbox_upstream_ttft_seconds_sum{policy="desk",model="large"} 0.045)"));
  CHECK(has_line(text, R"(signalbox_tokens_total{policy="desk",model="small",type="input"} 1000)"));
  CHECK(has_line(text, R"(signalbox_cost_usd_total{policy="desk",model="small"} 0.00006)"));
  CHECK(has_line(
      text,
      R"(gen_ai_client_operation_duration_seconds_bucket{gen_ai_operation_name="chat",gen_ai_provider_name="openai",gen_ai_request_model="gpt-5",le="1.28"} 1)"));
  CHECK(has_line(
      text,
      R"(gen_ai_client_token_usage_bucket{gen_ai_operation_name="chat",gen_ai_provider_name="openai",gen_ai_request_model="gpt-5",gen_ai_token_type="input",le="1024"} 1)"));
  CHECK(has_line(text, R"(signalbox_signal_duration_seconds_count{policy="desk",signal="urgent"} 1)"));
  CHECK(text.find("mallory") == std::string::npos);
  CHECK(text.find("signalbox_log_lines") == std::string::npos);
}

TEST_CASE("attempts that fail are fallbacks of another model and retries of the same") {
  const auto generation = generation_of(kPolicy);
  const auto metrics = observer();
  observe::Served served = served_by(generation, chat("a", "hello"));
  observe::AttemptRecord refused = served.attempts.front();
  refused.status = 0;
  refused.outcome = "unavailable";
  refused.first_byte_us = 0;
  observe::AttemptRecord other = served.attempts.front();
  other.model = served.decision.attempts.at(1).model;
  served.attempts = {refused, refused, other};
  metrics->served(std::move(served));
  const std::string text = metrics->metrics({});
  CHECK(has_line(text, R"(signalbox_upstream_attempts_total{policy="desk",model="small",provider="local",class="unavailable"} 2)"));
  CHECK(has_line(text, R"(signalbox_retries_total{policy="desk",model="small"} 1)"));
  CHECK(has_line(text, R"(signalbox_fallbacks_total{policy="desk",from="small",to="large"} 1)"));
  CHECK(text.find(R"(gen_ai_request_model="qwen3-8b",error_type="unavailable",le="+Inf"} 2)") != std::string::npos);
  // The answer is the last attempt's, and so are its tokens.
  CHECK(has_line(text, R"(signalbox_tokens_total{policy="desk",model="large",type="output"} 50)"));
}

TEST_CASE("loads, circuits and the process") {
  const auto generation = generation_of(kPolicy);
  const auto metrics = observer();
  metrics->loaded("active", &generation->manifest());
  metrics->loaded("rejected", nullptr);
  metrics->loaded("rejected", nullptr);
  const std::string text =
      metrics->metrics({.connections = 3, .inflight = 2, .open_files = 40, .max_open_files = 1024, .endpoints = {{"local", "http://a\"b\\c", true}}});
  CHECK(has_line(text, R"(signalbox_policy_reloads_total{result="active"} 1)"));
  CHECK(has_line(text, R"(signalbox_policy_reloads_total{result="rejected"} 2)"));
  CHECK(has_line(text, "signalbox_policy_info{policy=\"desk\",revision=\"" + generation->manifest().revision + "\"} 1"));
  CHECK(has_line(text, R"(signalbox_circuit_state{provider="local",endpoint="http://a\"b\\c"} 1)"));
  CHECK(has_line(text, "signalbox_inflight_requests 2"));
  CHECK(has_line(text, "process_open_fds 40"));
  CHECK(has_line(text, "process_max_fds 1024"));
  CHECK(text.find("process_resident_memory_bytes 0\n") == std::string::npos);
}

TEST_CASE("a request that no policy saw is counted by its status") {
  const auto metrics = observer();
  metrics->served({.status = 413});
  CHECK(has_line(metrics->metrics({}), R"(signalbox_requests_total{status="413"} 1)"));
}

TEST_CASE("policies that come and go do not make more series than there is room for") {
  observe::Counters counters;
  for (int i = 0; i < 40; ++i) {
    std::string text = kPolicy;
    text.replace(text.find("desk"), 4, "desk" + std::to_string(i));
    counters.add(served_by(generation_of(text), chat("a", "hello")));
  }
  CHECK(counters.of(observe::Family::Decisions).size() == 40);
  observe::Served odd = served_by(generation_of(kPolicy), chat("a", "hello"));
  for (size_t i = 0; i < observe::Counters::kMostSeries + 10; ++i) {
    odd.status = static_cast<int>(1000 + i);
    counters.add(odd);
  }
  CHECK(counters.of(observe::Family::Requests).size() == observe::Counters::kMostSeries + 1);
  CHECK(counters.of(observe::Family::Requests).at({"_other"}).sum == 11);
}
