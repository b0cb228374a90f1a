// SPDX-License-Identifier: Apache-2.0
#include "compiler/witness/request_world.h"

#include <algorithm>

#include "compiler/witness/draft.h"
#include "compiler/witness/fields.h"
#include "compiler/witness/texts.h"
#include "runtime/engine/engine.h"
#include "runtime/engine/frame.h"
#include "runtime/request/decode.h"
#include "runtime/request/readings.h"
#include "runtime/signals/arguments.h"

namespace sbx::witness {

using analysis::Impossible;
using analysis::LeafReading;
using analysis::Need;
using analysis::NotFound;
using analysis::Realized;
using analysis::Witness;

namespace {

constexpr int64_t kMostPadding = 2'000'000;

bool is_model(const SignalInfo& info) { return info.cost == CostClass::Model || info.cost == CostClass::Remote; }

bool is_time(const SignalInfo& info) { return info.kind == "time.hour" || info.kind == "time.weekday"; }

/// `2026-05-04T00:30:00Z`, a Monday, and the hours after it.
std::string moment(int hours) {
  char text[32];
  std::snprintf(text, sizeof(text), "2026-05-%02dT%02d:30:00Z", 4 + hours / 24, hours % 24);
  return text;
}

}  // namespace

class RequestWorld::Maker {
 public:
  Maker(const Module& module, signals::SignalSet signals)
      : module_(module),
        manifest_(module.manifest),
        signals_(std::move(signals)),
        layout_(manifest_),
        frame_(layout_),
        texts_(manifest_, signals_) {}

  Realized realize(std::span<const Need> needs) {
    const std::vector<Wish> all = wishes(manifest_, needs);
    Draft draft;
    draft.model = manifest_.serves.empty() ? "auto" : manifest_.serves.front();
    std::vector<Wish> of_texts;
    std::vector<Wish> tuned;  // what depends on all the rest: how long it is, when it was
    for (const Wish& wish : all) {
      const SignalInfo& info = manifest_.signals[wish.signal];
      if (reads_text(info)) {
        of_texts.push_back(wish);
      } else if (info.kind == "table") {
        write_row(all, wish, draft);
      } else if (info.kind == "tokens" || is_time(info)) {
        tuned.push_back(wish);
      } else if (is_model(info) || !write_field(manifest_, wish, draft)) {
        write_reading(manifest_, wish, draft);
      }
    }
    if (draft.exact_text) {
      if (auto excluded = contradicted(all, of_texts, *draft.exact_text)) return Impossible{std::move(*excluded)};
    } else if (auto failed = write_texts(of_texts, texts_, draft)) {
      return failed->empty() ? Realized(NotFound{}) : Realized(Impossible{std::move(*failed)});
    }
    if (!tune(tuned, draft)) return NotFound{};
    return read(envelope(draft), needs);
  }

  bool breaks(const Witness& witness, size_t requirement) {
    const std::optional<Decision> decision = decide(witness);
    return decision && std::ranges::find(decision->broken, &program_->module.manifest.requirements[requirement]) != decision->broken.end();
  }

  std::optional<Decision> decide(const Witness& witness) {
    if (!program_) {
      program_ = std::make_unique<Program>();
      program_->module = module_;
      program_->matcher = interpreter(program_->module);
    }
    const Decoded decoded = decode_request(witness.envelope, {});
    SBX_CHECK(decoded.request.ok(), "a witness that was read before cannot be decoded");
    const Engine engine(*program_);
    Workspace workspace(engine);
    SignalReader reader(signals_, pool_);
    Result<Decision> decision =
        engine.decide(*decoded.request, reader, workspace, {.explain = ExplainLevel::None, .eager = true, .requirements = true});
    return decision ? std::optional(std::move(*decision)) : std::nullopt;
  }

 private:
  // A text that must be one literal reads what it reads.
  std::optional<std::vector<LeafId>> contradicted(const std::vector<Wish>& all, const std::vector<Wish>& of_texts,
                                                  const std::string& text) {
    const auto exact = std::ranges::find_if(all, [&](const Wish& wish) { return manifest_.signals[wish.signal].kind == "text"; });
    const std::vector<analysis::Interval>& values = exact->needs.front().values;
    if (values.size() != 1 || values.front().lo != values.front().hi || values.front().lo < 0) return std::nullopt;
    for (const Wish& wish : of_texts) {
      const std::string of = signals::text_argument(manifest_.signals[wish.signal].arguments, "of");
      if ((of == "text" || of.empty()) && !texts_.grants(wish, text)) {
        return std::vector{exact->needs.front().leaf, wish.needs.front().leaf};
      }
    }
    return std::nullopt;
  }

  // A key whose row has what all wishes on the table allow; none is listed where the columns shall be unknown. The table may get other
  // rows: where none is as wanted, what one lacks is given as a reading.
  void write_row(const std::vector<Wish>& all, const Wish& column, Draft& draft) {
    const KeyedTable* table = table_of(column);
    if (table == nullptr) return;
    const SignalInfo& key_signal = manifest_.signals[table->key];
    const std::vector<Constant>* like = nullptr;
    for (const auto& [key, row] : table->rows) {
      if (!std::ranges::all_of(all, [&, &key = key](const Wish& wish) { return key_grants(*table, key, wish); })) continue;
      const bool fits = std::ranges::all_of(all, [&, &row = row](const Wish& wish) { return row_grants(*table, row, wish); });
      if (like != nullptr && !fits) continue;
      like = &row;
      write_text(key_signal, key, draft);
      if (fits) return;
    }
    const bool is_row = std::ranges::none_of(all, [&](const Wish& wish) { return table_of(wish) == table && must_be_unknown(wish); });
    if (like == nullptr || !is_row) return (void)write_text(key_signal, "not-listed", draft);
    if (!row_grants(*table, *like, column)) write_reading(manifest_, column, draft);
  }

  const KeyedTable* table_of(const Wish& wish) const {
    const SignalInfo& info = manifest_.signals[wish.signal];
    if (info.kind != "table") return nullptr;
    const std::string name = signals::text_argument(info.arguments, "table");
    const auto table = std::ranges::find_if(manifest_.tables, [&](const KeyedTable& one) { return one.name == name; });
    return table == manifest_.tables.end() ? nullptr : &*table;
  }

  bool key_grants(const KeyedTable& table, const std::string& key, const Wish& wish) const {
    if (wish.signal != table.key) return true;
    const Need& need = wish.needs.front();
    const Type& type = manifest_.signals[table.key].type;
    const auto& names = type.kind == TypeKind::Label ? type.members : manifest_.leaves[need.leaf].literals;
    const auto place = std::ranges::find(names, key);
    return allows(need, place == names.end() ? -1 : place - names.begin());
  }

  bool row_grants(const KeyedTable& table, const std::vector<Constant>& row, const Wish& wish) const {
    if (table_of(wish) != &table) return true;
    const SignalInfo& info = manifest_.signals[wish.signal];
    const auto column = std::ranges::find(table.columns, signals::text_argument(info.arguments, "column"));
    const Need& need = wish.needs.front();
    if (column == table.columns.end()) return allows(need, 1);
    const Constant& cell = row[static_cast<size_t>(column - table.columns.begin())];
    if (const auto* label = std::get_if<std::string>(&cell.value); label && info.type.kind == TypeKind::Label) {
      const auto member = std::ranges::find(info.type.members, *label);
      return member != info.type.members.end() && allows(need, member - info.type.members.begin());
    }
    const Result<Reading> reading = to_reading(cell, std::nullopt, info.type);
    if (!reading) return false;
    if (const auto* number = std::get_if<int64_t>(&reading->value)) return allows(need, *number);
    if (const auto* truth = std::get_if<bool>(&reading->value)) return allows(need, *truth ? 1 : 0);
    const auto& literals = manifest_.leaves[need.leaf].literals;
    const auto* text = std::get_if<std::string>(&reading->value);
    const auto literal = text == nullptr ? literals.end() : std::ranges::find(literals, *text);
    return allows(need, literal == literals.end() ? -1 : literal - literals.begin());
  }

  bool tune(const std::vector<Wish>& wishes, Draft& draft) {
    std::vector<Wish> times;
    for (const Wish& wish : wishes) {
      const SignalInfo& info = manifest_.signals[wish.signal];
      if (is_time(info)) {
        times.push_back(wish);
      } else if (!pad(wish, draft)) {
        return false;
      }
    }
    if (times.empty()) return true;
    constexpr int kHoursOfWeek = 7 * 24;
    for (int hour = 0; hour < kHoursOfWeek; ++hour) {
      draft.time = moment((hour + 9) % kHoursOfWeek);
      const Decoded decoded = decode_request(envelope(Draft{.time = draft.time}), {});
      if (decoded.request && std::ranges::all_of(times, [&](const Wish& wish) { return grants(wish, *decoded.request); })) return true;
    }
    return false;
  }

  // The fewest words with which the request is long enough.
  bool pad(const Wish& wish, Draft& draft) {
    if (wish.needs.front().values.empty()) return false;
    const int64_t least = wish.needs.front().values.front().lo;
    int64_t low = 0, high = kMostPadding;
    const auto tokens = [&](int64_t words) {
      draft.padding = words;
      const Decoded decoded = decode_request(envelope(draft), {});
      return decoded.request ? value(wish.signal, *decoded.request) : 0;
    };
    if (tokens(0) >= least) return true;
    // Doubling first: most requests are short.
    for (high = 16; high < kMostPadding && tokens(high) < least; high *= 2) low = high;
    while (low + 1 < high) {
      const int64_t middle = low + (high - low) / 2;
      (tokens(middle) < least ? low : high) = middle;
    }
    return tokens(high) >= least;
  }

  int64_t value(SignalId signal, const Request& request) {
    signals::TextsPool::Lease texts = pool_.take();
    const Reading reading = signals_.read(signal, request, *texts);
    const auto* number = std::get_if<int64_t>(&reading.value);
    return number == nullptr ? 0 : *number;
  }

  bool grants(const Wish& wish, const Request& request) {
    signals::TextsPool::Lease texts = pool_.take();
    frame_.reset();
    frame_.settle(wish.signal, signals_.read(wish.signal, request, *texts));
    return std::ranges::all_of(wish.needs, [&](const Need& need) { return grants(need); });
  }

  bool grants(const Need& need) const {
    const sbx_frame view = frame_.view();
    if (view.settled == 0 && view.state[need.leaf.index] != SBX_KNOWN) return need.unknown;
    return allows(need, view.lo[need.leaf.index]);
  }

  Realized read(std::string envelope, std::span<const Need> needs) {
    const Decoded decoded = decode_request(envelope, {});
    if (!decoded.request) return NotFound{};
    frame_.reset();
    for (const GivenReading& given : decoded.request->readings) {
      if (!settle_given(given)) return NotFound{};
    }
    signals::TextsPool::Lease texts = pool_.take();
    for (size_t i = 0; i < manifest_.signals.size(); ++i) {
      const SignalId signal = manifest_.signals.id_at(i);
      if (!frame_.is_pending(signal)) continue;
      frame_.settle(signal, signals_.read(signal, *decoded.request, *texts, frame_.readings()));
    }
    if (!std::ranges::all_of(needs, [&](const Need& need) { return grants(need); })) return NotFound{};
    Witness witness{std::move(envelope), {}};
    const sbx_frame view = frame_.view();
    for (uint32_t i = 0; i < view.leaves; ++i) {
      const bool known = view.settled != 0 || view.state[i] == SBX_KNOWN;
      witness.readings.push_back({view.lo[i], known ? view.lo[i] : view.hi[i], known});
    }
    return witness;
  }

  // Two policies that are compared may read one name by two types.
  bool settle_given(const GivenReading& given) {
    bool found = false;
    for (size_t i = 0; i < manifest_.signals.size(); ++i) {
      const SignalId signal = manifest_.signals.id_at(i);
      if (manifest_.signals[signal].name != given.name) continue;
      Result<Reading> reading = parse_reading(given.json, manifest_.signals[signal].type);
      if (!reading) return false;
      frame_.settle(signal, std::move(*reading));
      found = true;
    }
    return found;
  }

  const Module& module_;
  const Manifest& manifest_;
  signals::SignalSet signals_;
  FrameLayout layout_;
  Frame frame_;
  TextReader texts_;
  signals::TextsPool pool_;
  std::unique_ptr<Program> program_;  // made when a decision is first asked for
};

RequestWorld::RequestWorld(const Module& module, std::string cache) : module_(module), cache_(std::move(cache)) {}
RequestWorld::~RequestWorld() = default;

RequestWorld::Maker* RequestWorld::maker() {
  if (!maker_) {
    Result<signals::SignalSet> signals = signals::SignalSet::bind(module_.manifest, cache_);
    if (signals) maker_ = std::make_unique<Maker>(module_, std::move(*signals));
  }
  return maker_.get();
}

Realized RequestWorld::realize(std::span<const Need> needs) {
  Maker* made = maker();
  return made ? made->realize(needs) : Realized(NotFound{});
}

bool RequestWorld::breaks(const Witness& witness, size_t requirement) {
  Maker* made = maker();
  return made != nullptr && made->breaks(witness, requirement);
}

std::optional<Decision> RequestWorld::decide(const Witness& witness) {
  Maker* made = maker();
  return made ? made->decide(witness) : std::nullopt;
}

}  // namespace sbx::witness
