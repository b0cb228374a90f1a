// SPDX-License-Identifier: Apache-2.0
// tests: R0701 R0752 R0753 R0754 R0755. Policies compiled ahead of time, and what is refused.
#include <doctest/doctest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "compiler/codegen/object.h"
#include "runtime/program/load_object.h"
#include "runtime/program/module_json.h"
#include "runtime/program/object_file.h"
#include "tests/unit/codegen_rig.h"

using namespace sbx;
using namespace sbx::test;
using codegen::BuildOptions;

namespace {

struct Folder {
  std::string path = (std::filesystem::temp_directory_path() / ("signalbox-object-" + std::to_string(getpid()))).string();
  Folder() { std::filesystem::create_directories(path); }
  ~Folder() { std::filesystem::remove_all(path); }
  std::string write(const std::string& name, const std::string& bytes) const {
    std::ofstream(path + "/" + name, std::ios::binary) << bytes;
    return path + "/" + name;
  }
};

bool compiles(const Folder& folder, const std::string& name, const std::string& source) {
  const std::string input = folder.write(name + ".c", source);
  return std::system(("cc -shared -fPIC -o " + folder.path + "/" + name + " " + input).c_str()) == 0;
}

std::string code_of(const std::string& path) {
  const auto program = load_object(path);
  return program.ok() ? "" : program.error().code;
}

}  // namespace

TEST_CASE("a shared object decides like its module, on any processor of its kind or on this one") {
  const Folder folder;
  for (const auto cpu : {BuildOptions::Cpu::Baseline, BuildOptions::Cpu::Native}) {
    const Module module = ladder(600);
    const Result<std::string> bytes = codegen::build(module, {.cpu = cpu});
    REQUIRE(bytes.ok());
    CHECK(*bytes == *codegen::build(module, {.cpu = cpu}));
    const auto program = load_object(folder.write(cpu == BuildOptions::Cpu::Native ? "native.so" : "baseline.so", *bytes));
    REQUIRE(program.ok());
    CHECK(to_json((*program)->module) == to_json(module));
    for (uint32_t i = 0; i < 600; ++i) REQUIRE(winner_of(**program, {int64_t{i} * 10 + 3}) == i);
    CHECK(winner_of(**program, {6000}) == SBX_NO_ROUTE);
  }
}

TEST_CASE("an object, its graph and its LLVM code can be had too") {
  const Module module = ladder(3);
  CHECK(codegen::build(module, {.emit = BuildOptions::Emit::Object})->substr(1, 3) == "ELF");
  CHECK(*codegen::build(module, {.emit = BuildOptions::Emit::Graph}) == to_json(module));
  CHECK(codegen::build(module, {.emit = BuildOptions::Emit::LlvmIr})->find("@signalbox_policy = ") != std::string::npos);
}

TEST_CASE("without a linker there is no shared object") {
  const char* path = std::getenv("PATH");
  const std::string before = path != nullptr ? path : "";
  setenv("PATH", "/nowhere", 1);
  const Result<std::string> bytes = codegen::build(ladder(3));
  setenv("PATH", before.c_str(), 1);
  REQUIRE(!bytes.ok());
  CHECK(bytes.error().code == "R0752");
}

TEST_CASE("what is no policy of this version is not run") {
  const Folder folder;
  CHECK(code_of(folder.path + "/missing.so") == "R0701");
  CHECK(code_of(folder.write("text.so", "not an object")) == "R0753");
  REQUIRE(compiles(folder, "empty.so", "int nothing;"));
  CHECK(code_of(folder.path + "/empty.so") == "R0753");
  const std::string policy =
      "struct { unsigned version, size; void *known, *partial; const char* module; unsigned long length; } signalbox_policy = ";
  REQUIRE(compiles(folder, "other.so", policy + "{2, 40, 0, 0, \"{}\", 2};"));
  CHECK(code_of(folder.path + "/other.so") == "R0754");
  REQUIRE(compiles(folder, "short.so", policy + "{1, 8, 0, 0, \"{}\", 2};"));
  CHECK(code_of(folder.path + "/short.so") == "R0755");
  REQUIRE(compiles(folder, "damaged.so", policy + "{1, 40, 0, 0, \"{\", 1};"));
  CHECK(code_of(folder.path + "/damaged.so") == "R0755");
}

TEST_CASE("no byte of a built object can change, and none be missing, unseen") {
  const Folder folder;
  const Result<std::string> bytes = codegen::build(ladder(3));
  REQUIRE(bytes.ok());
  for (size_t at = 0; at < bytes->size() - 32; at += 7) {
    std::string changed = *bytes;
    changed[at] = static_cast<char>(changed[at] ^ 0x10);
    REQUIRE(!check_object_file(changed).ok());
  }
  for (size_t size = 0; size < bytes->size(); size += 7) {
    const bool only_the_seal_is_gone = size == bytes->size() - 32;
    REQUIRE(check_object_file(std::string_view(*bytes).substr(0, size)).ok() == only_the_seal_is_gone);
  }
  CHECK(code_of(folder.write("cut.so", bytes->substr(0, bytes->size() - 1))) == "R0755");
}
