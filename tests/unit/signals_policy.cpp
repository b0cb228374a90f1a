// SPDX-License-Identifier: Apache-2.0
// Signals that a policy makes: budgets, rows of tables, what only a host gives; and those that need a model.
#include "tests/unit/signals_rig.h"

using namespace sbx;
using namespace sbx::signals;

namespace {

struct Tenants {
  Manifest manifest;
  SignalId key, region, listed, monthly, remaining, used;

  Tenants() {
    key = manifest.signals.add(
        {.name = "tenant_id", .kind = "header", .arguments = {{"name", {std::string("x-tenant")}}}, .type = {TypeKind::Text}});
    manifest.tables.add({.name = "tenant",
                         .key = key,
                         .columns = {"region", "monthly"},
                         .rows = {{"acme", {{std::string("eu")}, {Decimal{500, 0}}}}, {"beta", {{std::string("us")}, {Decimal{105, 1}}}}}});
    ConstantRecord table{{"table", {std::string("tenant")}}, {"key", {std::string("tenant_id")}}};
    auto column = [&](const char* name) {
      ConstantRecord arguments = table;
      arguments.emplace_back("column", Constant{std::string(name)});
      return arguments;
    };
    region = manifest.signals.add({.name = "tenant.region",
                                   .kind = "table",
                                   .arguments = column("region"),
                                   .type = {.kind = TypeKind::Label, .members = {"eu", "us"}}});
    listed = manifest.signals.add({.name = "tenant", .kind = "table", .arguments = table});
    monthly = manifest.signals.add({.name = "tenant.monthly", .kind = "table", .arguments = column("monthly"), .type = {TypeKind::Money}});
    auto budget = [](const char* field) -> ConstantRecord {
      return {{"name", {std::string("spend")}},
              {"field", {std::string(field)}},
              {"limit", {std::string("tenant.monthly")}},
              {"period", {std::string("month")}},
              {"for_each", texts({"tenant_id"})}};
    };
    remaining =
        manifest.signals.add({.name = "spend.remaining", .kind = "budget", .arguments = budget("remaining"), .type = {TypeKind::Money}});
    used = manifest.signals.add({.name = "spend.used", .kind = "budget", .arguments = budget("used"), .type = {TypeKind::Number}});
  }

  Reading read(SignalId id, const char* tenant, std::span<const Reading> known = {}) {
    Result<SignalSet> set = SignalSet::bind(manifest, "");
    REQUIRE_MESSAGE(set.ok(), set.error().message);
    Request request = request_of("x");
    if (tenant) request.headers = {{"x-tenant", tenant}};
    Texts texts;
    texts.start();
    return set->read(id, request, texts, known);
  }
};

}  // namespace

TEST_CASE("a column is that of the key's row") {
  Tenants tenants;
  CHECK(word(tenants.read(tenants.region, "acme")) == "eu");
  CHECK(word(tenants.read(tenants.region, "beta")) == "us");
  CHECK(raw(tenants.read(tenants.monthly, "beta")) == 10'500'000);
  CHECK(tenants.read(tenants.listed, "acme").state == ReadingState::Known);
  for (SignalId id : {tenants.region, tenants.listed, tenants.monthly}) {
    CHECK(tenants.read(id, "nobody").state == ReadingState::Unknown);
    CHECK(tenants.read(id, nullptr).state == ReadingState::Unknown);
  }
}

TEST_CASE("a reading that is known already is used in place of the header") {
  Tenants tenants;
  std::vector<Reading> readings(tenants.manifest.signals.size());
  readings[tenants.key.index] = known(std::string("beta"));
  CHECK(word(tenants.read(tenants.region, "acme", readings)) == "us");
  readings[tenants.key.index] = failed("down");
  CHECK(tenants.read(tenants.region, "acme", readings).state == ReadingState::Unknown);
  tenants.manifest.signals[tenants.key].or_else = Constant{std::string("acme")};
  CHECK(word(tenants.read(tenants.region, "acme", readings)) == "eu");
}

TEST_CASE("a budget that nobody spent from") {
  Tenants tenants;
  CHECK(raw(tenants.read(tenants.remaining, "acme")) == 500'000'000);
  CHECK(raw(tenants.read(tenants.used, "acme")) == 0);
  CHECK(tenants.read(tenants.remaining, nullptr).state == ReadingState::Unknown);
  CHECK(tenants.read(tenants.used, nullptr).state == ReadingState::Unknown);
  CHECK(tenants.read(tenants.remaining, "nobody").state == ReadingState::Unknown);
  SignalInfo fixed = info_of(
      "budget", {{"name", {std::string("spend")}}, {"field", {std::string("remaining")}}, {"limit", {Decimal{25, 1}}}}, {TypeKind::Money});
  CHECK(raw(read_one(fixed, request_of("x"))) == 2'500'000);
}

TEST_CASE("what cannot be read says so") {
  Request request = request_of("x");
  Reading reading = read_one(info_of("nearest"), request);
  CHECK(reading.state == ReadingState::Failed);
  CHECK(reading.error == "there are no models here: give it with --reading");
  CHECK(read_one(info_of("gateway"), request).state == ReadingState::Unknown);
  CHECK(read_one(info_of("given"), request).state == ReadingState::Unknown);
}

TEST_CASE("a program of another version is refused") {
  Manifest manifest;
  manifest.signals.add(info_of("telepathy"));
  CHECK(SignalSet::bind(manifest, "").error().code == "R0710");
  Manifest no_table;
  no_table.signals.add(info_of("table", {{"table", {std::string("tenant")}}}));
  CHECK(SignalSet::bind(no_table, "").error().code == "R0710");
}
