// SPDX-License-Identifier: Apache-2.0
#include "runtime/gateway/policies.h"

#include <algorithm>

#include "runtime/gateway/policies_state.h"
#include "runtime/request/decode.h"

namespace sbx::gateway {

Policies::Policies(const PolicySettings& settings, PolicyLoader& loader) : state_(std::make_unique<State>(*this, settings, loader)) {}

Policies::~Policies() {
  std::unique_ptr<FileWatch> watch;
  {
    const std::lock_guard lock(state_->watching);
    state_->stopping = true;
    watch = std::move(state_->file_watch);
  }
  state_->loader.stop();  // the watch may be loading
}

Policies::Pick Policies::pick(const Request& request) const {
  Pick pick;
  std::shared_ptr<const Canary> canary;
  std::shared_ptr<Shadow> shadow;
  {
    const std::lock_guard lock(state_->mutex);
    pick.generation = state_->active;
    canary = state_->canary;
    shadow = state_->shadow;
  }
  if (canary && canary->takes(request)) {
    pick.generation = canary->generation();
    pick.canary = true;
  } else if (shadow) {
    pick.shadow = shadow->generation();
  }
  return pick;
}

void Policies::compare(const embed::Generation& live, const Decision& decided, const embed::Generation& shadow, const Decision& shadowed) {
  std::shared_ptr<Shadow> current;
  {
    const std::lock_guard lock(state_->mutex);
    current = state_->shadow;
  }
  if (current && current->generation().get() == &shadow) current->compare(live, decided, shadowed);
}

LoadedPolicy Policies::load_path() {
  state_->watch({});  // before the files are read, so that no change is missed
  LoadedPolicy loaded = state_->load({.path = state_->settings.path}, Admission::Activate);
  state_->watch(loaded.files);
  return loaded;
}

std::string Policies::status_json() const { return state_->status_json(); }

LoadedPolicy Policies::State::load(Candidate candidate, Admission admission) {
  candidate.name = settings.name;
  const std::lock_guard one_at_a_time(loading);
  std::string running;
  {
    const std::lock_guard lock(mutex);
    for (const Kept& one : kept) {
      if (one.generation == active) running = one.source;
    }
  }
  LoadedPolicy loaded = loader.load(candidate, running);
  if (admission == Admission::Dry) return loaded;
  const bool is_active = loaded.generation != nullptr && admission == Admission::Activate;
  if (is_active && owner.before_active) owner.before_active(loaded.generation->manifest());
  admit(loaded, candidate, admission);
  if (owner.on_load) owner.on_load(loaded, is_active);
  return loaded;
}

void Policies::State::admit(LoadedPolicy& loaded, const Candidate& candidate, Admission admission) {
  if (loaded.generation) loaded.generation->number = ++loads;
  std::vector<Kept> dropped;
  const std::lock_guard lock(mutex);  // released before `dropped` ends what it holds
  last = LastLoad{loaded.generation != nullptr, now_us(), loaded.document, loaded.diff, loaded.reason};
  if (!loaded.generation) return;
  kept.push_back({loaded.generation, last->at_us,
                  candidate.path   ? "path"
                  : candidate.text ? "text"
                                   : "object",
                  loaded.diff, loaded.diff_document, loaded.source});
  if (admission == Admission::Activate) {
    active = loaded.generation;
    active_since_us = last->at_us;
  }
  dropped = drop_oldest();
}

bool Policies::State::activate(uint64_t number) {
  std::shared_ptr<embed::Generation> before;
  const std::lock_guard one_at_a_time(loading);  // a load that began earlier compares with what served then, and must not win later
  if (const auto next = this->find(number); next && owner.before_active) owner.before_active(next->manifest());
  const std::lock_guard lock(mutex);
  const auto found = std::ranges::find(kept, number, [](const Kept& one) { return one.generation->number; });
  if (found == kept.end()) return false;
  if (active != found->generation) active_since_us = now_us();
  before = std::exchange(active, found->generation);
  if (shadow && shadow->generation() == active) shadow = nullptr;
  if (canary && canary->generation() == active) canary = nullptr;
  return true;
}

std::shared_ptr<embed::Generation> Policies::State::find(uint64_t number) const {
  const std::lock_guard lock(mutex);
  for (const Kept& one : kept) {
    if (one.generation->number == number) return one.generation;
  }
  return nullptr;
}

bool Policies::State::is_needed(const embed::Generation* generation) const {
  return generation == active.get() || (shadow && generation == shadow->generation().get()) ||
         (canary && generation == canary->generation().get());
}

std::vector<Kept> Policies::State::drop_oldest() {
  std::vector<Kept> dropped;
  size_t too_many = kept.size() - std::min(kept.size(), static_cast<size_t>(std::max<int64_t>(0, settings.keep)) + 1);
  for (auto one = kept.begin(); one != kept.end() && too_many > 0;) {
    if (is_needed(one->generation.get())) {
      ++one;
      continue;
    }
    leaving.push_back(one->generation);
    dropped.push_back(std::move(*one));
    one = kept.erase(one);
    --too_many;
  }
  std::erase_if(leaving, [](const auto& one) { return one.expired(); });
  return dropped;
}

void Policies::State::watch(const std::vector<std::string>& files) {
  if (!settings.watch) return;
  const std::lock_guard lock(watching);
  if (stopping) return;
  std::vector<std::string> all{settings.path};
  all.insert(all.end(), files.begin(), files.end());
  if (!file_watch)
    file_watch = std::make_unique<FileWatch>(std::move(all), [this] { owner.load_path(); });
  else if (!files.empty())
    file_watch->look_at(std::move(all));
}

}  // namespace sbx::gateway
