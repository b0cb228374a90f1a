// SPDX-License-Identifier: Apache-2.0
#include "compiler/driver/test_report.h"

#include "runtime/base/xml.h"
#include "runtime/engine/decision_json.h"
#include "runtime/text/fold.h"

namespace sbx::driver {
namespace {

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

std::string reason_of(const TestRun& run, size_t steps) {
  std::string reason = run.message.empty() ? "" : run.message + "\n";
  for (const Mismatch& mismatch : run.mismatches) {
    std::string step = steps > 1 ? "step " + std::to_string(mismatch.step + 1) + ": " : "";
    reason += step + mismatch.name + ": expected " + mismatch.expected + ", got " + mismatch.actual + "\n";
  }
  if (!run.leaned.empty())
    reason += "the decision leans on what is not given: " + joined(run.leaned) + " (write `" + run.leaned.front() +
              ": unknown` if that is meant)\n";
  return reason;
}

Json expected_json(const sema::Test& test) {
  Json steps = Json::array();
  for (const sema::TestStep& step : test.steps) {
    Json expected = Json::object();
    for (const sema::Expectation& one : step.expect) {
      if (one.is_list || one.values.size() != 1)
        expected[one.name] = one.values;
      else
        expected[one.name] = one.values.front();
    }
    steps.push_back(std::move(expected));
  }
  return test.scenario || steps.size() != 1 ? steps : steps.front();
}

Json actual_json(const sema::Test& test, const Manifest& manifest, const TestRun& run) {
  Json decisions = Json::array();
  for (const Decision& decision : run.decisions) decisions.push_back(Json::parse(decision_json(manifest, decision, false)));
  if (test.scenario) return decisions;
  return decisions.empty() ? Json(nullptr) : decisions.back();
}

}  // namespace

void TestReport::add(size_t index, const sema::Test& test, const Manifest& manifest, const TestRun& run) {
  ++(run.status == TestStatus::Passed ? passed_ : failed_);
  Entry entry{.policy = checked_.policies[index].name,
              .title = test.title,
              .status = run.status,
              .reason = reason_of(run, test.steps.size()),
              .json = {}};
  entry.json["name"] = test.title;
  entry.json["policy"] = entry.policy;
  entry.json["span"] = span_json(test.span, checked_.sources);
  entry.json["status"] = to_string(run.status);
  entry.json["message"] = entry.reason.empty() ? Json(nullptr) : Json(entry.reason);
  entry.json["expected"] = expected_json(test);
  entry.json["actual"] = actual_json(test, manifest, run);
  entries_.push_back(std::move(entry));
}

std::string TestReport::text(const std::string& coverage, bool color) const {
  std::string text;
  for (const Entry& entry : entries_) {
    bool passed = entry.status == TestStatus::Passed;
    const char* paint = !color ? "" : passed ? "\x1b[32m" : "\x1b[1;31m";
    text += paint + std::string(passed ? "ok     " : entry.status == TestStatus::Failed ? "FAILED " : "ERROR  ") + (color ? "\x1b[0m" : "");
    text += (checked_.policies.size() > 1 ? entry.policy + ": " : "") + entry.title + "\n";
    for (size_t begin = 0; begin < entry.reason.size();) {
      size_t end = entry.reason.find('\n', begin);
      text += "       " + entry.reason.substr(begin, end - begin) + "\n";
      begin = end + 1;
    }
  }
  if (!coverage.empty()) text += "\n" + coverage + "\n";
  return text + std::to_string(passed_) + " passed, " + std::to_string(failed_) + " failed\n";
}

Json TestReport::json(const Json& coverage) const {
  Json document;
  document["schema"] = "signalbox.test/1";
  document["tests"] = Json::array();
  for (const Entry& entry : entries_) document["tests"].push_back(entry.json);
  document["summary"] = {{"passed", passed_}, {"failed", failed_}};
  document["coverage"] = coverage;
  return document;
}

std::string TestReport::junit() const {
  std::string counts = "tests=\"" + std::to_string(entries_.size()) + "\" failures=\"" + std::to_string(failed_) + "\"";
  std::string text =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites " + counts + ">\n  <testsuite name=\"signalbox test\" " + counts + ">\n";
  for (const Entry& entry : entries_) {
    text += "    <testcase classname=\"" + escaped_xml(entry.policy) + "\" name=\"" + escaped_xml(entry.title) + "\"";
    text += entry.reason.empty() ? "/>\n" : ">\n      <failure message=\"" + escaped_xml(entry.reason) + "\"/>\n    </testcase>\n";
  }
  std::string document;  // what was decided may hold any bytes
  text::repair_utf8(text + "  </testsuite>\n</testsuites>\n", document);
  return document;
}

}  // namespace sbx::driver
