// SPDX-License-Identifier: Apache-2.0
// A lack of memory is a status, wherever it comes about.
#include <cstdlib>
#include <new>

#include "runtime/embed/generation.h"
#include "tests/unit/embed_rig.h"

using namespace sbx;
using namespace sbx::test;

namespace {

thread_local long left = -1;  // allocations that succeed before one fails; negative: all do

void* allocate(size_t size) {
  if (left == 0) {
    left = -1;
    throw std::bad_alloc();
  }
  if (left > 0) --left;
  if (void* memory = std::malloc(size ? size : 1)) return memory;
  throw std::bad_alloc();
}

const std::string kPolicy = R"(policy p
model small { provider: local }
signal urgent = keywords(any: ["urgent"])
route fast when urgent { model = small  header "x-name-that-is-long" = "a value that is long" }
otherwise { model = small  reasoning = low }
)";

std::shared_ptr<embed::Generation> generation() {
  auto program = std::make_unique<Program>();
  program->module = module_of(kPolicy);
  program->matcher = interpreter(program->module);
  Result<std::shared_ptr<embed::Generation>> made = embed::Generation::make(std::move(program), std::make_shared<std::atomic<uint64_t>>(0));
  REQUIRE(made.ok());
  return *made;
}

}  // namespace

void* operator new(size_t size) { return allocate(size); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, size_t) noexcept { std::free(memory); }

TEST_CASE("a decision that finds no memory fails") {
  const Request request;
  for (long i = 0; i < 10'000; ++i) {
    const auto policy = generation();  // whose workspaces are not made yet
    left = i;
    const sbx_status status = embed::guarded([&] { return policy->decide(request, {}).ok() ? SBX_OK : SBX_BUG; });
    left = -1;
    CHECK((status == SBX_OK || status == SBX_NO_MEMORY));
    if (status == SBX_OK) return;
  }
  FAIL("it never ends");
}
