// SPDX-License-Identifier: Apache-2.0
#include "compiler/codegen/jit.h"

#include <llvm/IR/LLVMContext.h>

#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <fstream>
#include <mutex>
#include <string>

#include "compiler/codegen/compile.h"
#include "compiler/codegen/session.h"

namespace sbx::codegen {

namespace {

using Clock = std::chrono::steady_clock;

double milliseconds_since(Clock::time_point start) { return std::chrono::duration<double, std::milli>(Clock::now() - start).count(); }

bool perf_wanted() {
  const char* value = std::getenv("SIGNALBOX_PERF");
  return value != nullptr && std::string_view(value) == "1";
}

// Whether a debugger watches this process: then it gets functions to stop in.
bool debugged() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.rfind("TracerPid:", 0) == 0) return line.find_first_of("123456789") != std::string::npos;
  }
  return false;
}

// The code of one program. Shared with its background job, which may wait in the queue longer than the program lives.
struct Code {
  std::shared_ptr<Session> session;
  Plan plan;
  std::string perf_name;
  bool hooks = false;
  Clock::time_point start;

  std::mutex mutex;  // guards what follows, but the two functions are read without it
  std::condition_variable changed;
  const Module* module = nullptr;  // of the program; null once that is gone
  std::unique_ptr<LoadedCode> first;
  std::unique_ptr<LoadedCode> optimized;
  bool running = false;   // the background job is in LLVM
  bool finished = false;  // no background job is left
  CodeFacts facts;
  std::atomic<bool> abandoned = false;
  std::atomic<sbx_match_fn> known = nullptr;
  std::atomic<sbx_match_fn> partial = nullptr;
  std::atomic<bool> is_optimized = false;
};

EmitOptions emit_options(const Code& code, const Cpu& cpu, Effort effort) {
  Target target = cpu.target;
  target.plain = effort == Effort::First;
  return {.target = target,
          .cpu = cpu.name,
          .features = cpu.features,
          .tables = code.plan.tables.data(),
          .hooks = code.hooks,
          .join = effort == Effort::Optimized};
}

Result<std::unique_ptr<LoadedCode>> finish(Code& code, llvm::Module& emitted, llvm::TargetMachine& machine) {
  auto object = compile_object(emitted, machine);
  if (!object) return object.error();
  return code.session->load({object->data(), object->size()}, code.perf_name);
}

Result<std::unique_ptr<LoadedCode>> compile_first(Code& code) {
  const Cpu cpu = native_cpu();
  auto machine = make_machine(cpu, Effort::First);
  if (!machine) return machine.error();
  llvm::LLVMContext context;
  const auto emitted = emit(context, *code.module, code.plan, emit_options(code, cpu, Effort::First));
  optimize(*emitted, **machine, Effort::First);
  return finish(code, *emitted, **machine);
}

void use(Code& code, const LoadedCode& loaded) {
  code.known.store(loaded.known, std::memory_order_release);
  code.partial.store(loaded.partial, std::memory_order_release);
  code.facts.code_bytes = loaded.bytes + code.plan.tables.size();
}

// Between its steps a job looks whether anybody still wants its result; LLVM itself cannot be interrupted.
void compile_optimized(Code& code) {
  const Cpu cpu = native_cpu();
  auto machine = make_machine(cpu, Effort::Optimized);
  if (!machine) return;
  llvm::LLVMContext context;
  std::unique_ptr<llvm::Module> emitted;
  {
    const std::lock_guard lock(code.mutex);
    if (code.module == nullptr) return;
    emitted = emit(context, *code.module, code.plan, emit_options(code, cpu, Effort::Optimized));
  }
  optimize(*emitted, **machine, Effort::Optimized);
  if (code.abandoned) return;
  auto object = compile_object(*emitted, **machine);
  if (!object || code.abandoned) return;
  auto loaded = code.session->load({object->data(), object->size()}, code.perf_name);
  const std::lock_guard lock(code.mutex);
  if (!loaded || code.module == nullptr) return;
  code.optimized = std::move(*loaded);
  use(code, *code.optimized);
  code.is_optimized = true;
  code.facts.optimized_ms = milliseconds_since(code.start);
}

void run_in_background(const std::shared_ptr<Code>& code) {
  code->session->later([code] {
    {
      const std::lock_guard lock(code->mutex);
      code->running = !code->abandoned;
    }
    if (code->running) compile_optimized(*code);
    const std::lock_guard lock(code->mutex);
    code->running = false;
    code->finished = true;
    code->changed.notify_all();
  });
}

class NativeMatcher final : public Matcher {
 public:
  explicit NativeMatcher(std::shared_ptr<Code> code) : code_(std::move(code)), fast_(*code_) {}

  // The first code is kept while the program lives: another thread may still be in it. A compilation that runs is waited for, so that
  // none is left when a process that has freed its programs ends: LLVM's globals go before our thread would.
  ~NativeMatcher() override {
    code_->abandoned = true;
    std::unique_lock lock(code_->mutex);
    code_->changed.wait(lock, [&] { return !code_->running; });
    code_->module = nullptr;
    code_->first.reset();
    code_->optimized.reset();
  }

  void known(const sbx_frame& frame, sbx_match& match) const override { fast_.known.load(std::memory_order_acquire)(&frame, &match); }
  void partial(const sbx_frame& frame, sbx_match& match) const override { fast_.partial.load(std::memory_order_acquire)(&frame, &match); }
  [[nodiscard]] std::string_view name() const override { return code_->is_optimized ? "native" : "unoptimized"; }

  Code& code() const { return *code_; }

 private:
  std::shared_ptr<Code> code_;
  Code& fast_;
};

const NativeMatcher* native(const Program& program) { return dynamic_cast<const NativeMatcher*>(program.matcher.get()); }

}  // namespace

Result<std::unique_ptr<Program>> jit(Module module, const JitOptions& options) {
  const Clock::time_point start = Clock::now();
  auto session = Session::shared();
  if (!session) return session.error();
  auto program = std::make_unique<Program>();
  program->module = std::move(module);
  auto code = std::make_shared<Code>();
  code->session = *session;
  code->start = start;
  code->module = &program->module;
  code->plan = plan(program->module);
  code->hooks = options.debug || perf_wanted() || debugged();
  if (perf_wanted()) code->perf_name = program->module.manifest.name;
  auto first = compile_first(*code);
  if (!first) return first.error();
  code->first = std::move(*first);
  use(*code, *code->first);
  code->facts.table_bytes = code->plan.tables.size();
  code->facts.first_native_ms = milliseconds_since(start);
  program->matcher = std::make_unique<NativeMatcher>(code);
  code->finished = options.only_unoptimized;
  if (!options.only_unoptimized) run_in_background(code);
  if (options.wait_for_optimized && !options.only_unoptimized) wait_for_optimized(*program, std::chrono::minutes(5));
  return program;
}

CodeFacts facts(const Program& program) {
  const NativeMatcher* matcher = native(program);
  if (matcher == nullptr) return {};
  const std::lock_guard lock(matcher->code().mutex);
  return matcher->code().facts;
}

bool wait_for_optimized(const Program& program, std::chrono::milliseconds limit) {
  const NativeMatcher* matcher = native(program);
  if (matcher == nullptr) return false;
  Code& code = matcher->code();
  std::unique_lock lock(code.mutex);
  code.changed.wait_for(lock, limit, [&] { return code.finished; });
  return code.is_optimized;
}

}  // namespace sbx::codegen
