// SPDX-License-Identifier: Apache-2.0
#include "compiler/codegen/session.h"

#include <fmt/format.h>
#include <llvm/ExecutionEngine/Orc/DebugObjectManagerPlugin.h>
#include <llvm/ExecutionEngine/Orc/EPCDebugObjectRegistrar.h>
#include <llvm/ExecutionEngine/Orc/LLJIT.h>
#include <llvm/ExecutionEngine/Orc/ObjectLinkingLayer.h>
#include <llvm/Object/ELFObjectFile.h>
#include <llvm/TargetParser/Host.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>

#include "compiler/codegen/compile.h"

namespace sbx::codegen {

namespace {

namespace orc = llvm::orc;

Error failure(llvm::Error error) { return {"R0751", "cannot load native code: " + llvm::toString(std::move(error))}; }

class OrcSession;

class OrcCode final : public LoadedCode {
 public:
  OrcCode(std::shared_ptr<orc::LLJIT> jit, orc::JITDylib& library) : jit_(std::move(jit)), library_(&library) {}
  ~OrcCode() override { llvm::consumeError(jit_->getExecutionSession().removeJITDylib(*library_)); }

 private:
  std::shared_ptr<orc::LLJIT> jit_;
  orc::JITDylib* library_;
};

// `address size name` a function, as perf wants them.
void write_perf_map(orc::LLJIT& jit, orc::JITDylib& library, const llvm::MemoryBuffer& object, const std::string& name) {
  auto file = llvm::object::ObjectFile::createELFObjectFile(object.getMemBufferRef());
  if (!file) return llvm::consumeError(file.takeError());
  std::FILE* map = std::fopen(fmt::format("/tmp/perf-{}.map", getpid()).c_str(), "a");
  if (map == nullptr) return;
  for (const llvm::object::ELFSymbolRef symbol : (*file)->symbols()) {
    auto flags = symbol.getFlags();
    auto symbol_name = symbol.getName();
    if (!flags || !symbol_name || symbol.getELFType() != llvm::ELF::STT_FUNC || symbol.getBinding() != llvm::ELF::STB_GLOBAL) continue;
    auto address = jit.lookup(library, *symbol_name);
    if (!address) {
      llvm::consumeError(address.takeError());
      continue;
    }
    const bool match = symbol_name->starts_with("signalbox_");
    fmt::print(map, "{:x} {:x} {}\n", address->getValue(), symbol.getSize(), match ? "policy:" + name : symbol_name->str());
  }
  std::fclose(map);
}

class OrcSession final : public Session {
 public:
  explicit OrcSession(std::shared_ptr<orc::LLJIT> jit) : jit_(std::move(jit)) {}

  Result<std::unique_ptr<LoadedCode>> load(std::span<const char> object, const std::string& perf_name) override {
    auto library = jit_->getExecutionSession().createJITDylib("policy" + std::to_string(count_++));
    if (!library) return failure(library.takeError());
    auto code = std::make_unique<OrcCode>(jit_, *library);
    auto buffer = llvm::MemoryBuffer::getMemBufferCopy({object.data(), object.size()}, "policy");
    const std::unique_ptr<llvm::MemoryBuffer> copy =
        perf_name.empty() ? nullptr : llvm::MemoryBuffer::getMemBufferCopy(buffer->getBuffer());
    if (auto error = jit_->addObjectFile(*library, std::move(buffer))) return failure(std::move(error));
    auto known = jit_->lookup(*library, kKnownSymbol);
    if (!known) return failure(known.takeError());
    auto partial = jit_->lookup(*library, kPartialSymbol);
    if (!partial) return failure(partial.takeError());
    code->known = known->toPtr<sbx_match_fn>();
    code->partial = partial->toPtr<sbx_match_fn>();
    code->bytes = object.size();
    if (copy) write_perf_map(*jit_, *library, *copy, perf_name);
    return std::unique_ptr<LoadedCode>(std::move(code));
  }

 private:
  std::shared_ptr<orc::LLJIT> jit_;
  std::atomic<uint64_t> count_ = 0;
};

Result<std::shared_ptr<Session>> create() {
  auto machine = make_machine(native_cpu(), Effort::First);
  if (!machine) return machine.error();
  orc::JITTargetMachineBuilder builder{llvm::Triple(llvm::sys::getProcessTriple())};
  // Nothing is linked against the process: our code calls nothing.
  auto jit = orc::LLJITBuilder()
                 .setJITTargetMachineBuilder(std::move(builder))
                 .setDataLayout((*machine)->createDataLayout())
                 .setLinkProcessSymbolsByDefault(false)
                 .setPlatformSetUp(orc::setUpInactivePlatform)
                 .setObjectLinkingLayerCreator(
                     [](orc::ExecutionSession& session, const llvm::Triple&) -> llvm::Expected<std::unique_ptr<orc::ObjectLayer>> {
                       auto layer = std::make_unique<orc::ObjectLinkingLayer>(session);
                       if (auto registrar = orc::createJITLoaderGDBRegistrar(session)) {
                         layer->addPlugin(std::make_unique<orc::DebugObjectManagerPlugin>(session, std::move(*registrar), true, true));
                       } else {
                         llvm::consumeError(registrar.takeError());  // no debugger support, nothing else is lost
                       }
                       return layer;
                     })
                 .create();
  if (!jit) return failure(jit.takeError());
  return std::shared_ptr<Session>(std::make_shared<OrcSession>(std::shared_ptr<orc::LLJIT>(std::move(*jit))));
}

// Ends the background thread before LLVM's own globals go.
struct Holder {
  Result<std::shared_ptr<Session>> session = create();
  ~Holder() {
    if (session) (*session)->stop();
  }
};

}  // namespace

Result<std::shared_ptr<Session>> Session::shared() {
  static Holder holder;
  return holder.session;
}

void Session::later(std::function<void()> job) {
  const std::lock_guard lock(mutex_);
  if (stopping_) return;
  jobs_.push_back(std::move(job));
  if (!worker_.joinable()) worker_ = std::thread([this] { work(); });
  wake_.notify_one();
}

void Session::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    jobs_.clear();
    wake_.notify_one();
  }
  if (worker_.joinable()) worker_.join();
}

void Session::work() {
  for (;;) {
    std::function<void()> job;
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [&] { return stopping_ || !jobs_.empty(); });
      if (stopping_) return;
      job = std::move(jobs_.front());
      jobs_.pop_front();
    }
    job();
  }
}

}  // namespace sbx::codegen
