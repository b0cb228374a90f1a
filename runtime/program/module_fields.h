// SPDX-License-Identifier: Apache-2.0
// The fields of everything in a module, named once for reading and writing. Only for module_json.cpp.
#pragma once

#include "runtime/program/graph.h"

namespace sbx {

// An archive is called with the name and the field; it reads or writes. Ids and enumerations are numbers, variants their index and value.
template <class A>
void fields(A& at, Decimal& x) {
  at("digits", x.digits), at("scale", x.scale);
}
template <class A>
void fields(A& at, Position& x) {
  at("line", x.line), at("column", x.column), at("byte", x.byte);
}
template <class A>
void fields(A& at, Place& x) {
  at("file", x.file), at("start", x.start), at("end", x.end);
}
template <class A>
void fields(A& at, Type& x) {
  at("kind", x.kind), at("members", x.members), at("space", x.space);
}
template <class A>
void fields(A& at, Range& x) {
  at("low", x.low), at("high", x.high);
}
template <class A>
void fields(A& at, Constant& x) {
  at("value", x.value);
}

template <class A>
void fields(A& at, NamedConstant& x) {
  at("name", x.first), at("value", x.second);
}

// manifest.h
template <class A>
void fields(A& at, SignalInfo& x) {
  at("name", x.name), at("kind", x.kind), at("arguments", x.arguments), at("type", x.type), at("cost", x.cost), at("or_else", x.or_else);
  at("verified", x.verified), at("claim", x.claim), at("fallible", x.fallible), at("place", x.place);
}
template <class A>
void fields(A& at, Leaf& x) {
  at("signal", x.signal), at("facet", x.facet), at("member", x.member), at("literals", x.literals), at("range", x.range);
}
template <class A>
void fields(A& at, KeyedTable& x) {
  at("name", x.name), at("key", x.key), at("columns", x.columns), at("rows", x.rows);
}
template <class A>
void fields(A& at, Model& x) {
  at("name", x.name), at("provider", x.provider), at("served_name", x.served_name), at("context_tokens", x.context_tokens);
  at("output_tokens", x.output_tokens), at("tools", x.tools), at("vision", x.vision), at("audio", x.audio), at("json", x.json);
  at("dialects", x.dialects), at("reasoning", x.reasoning), at("price_in", x.price_in), at("price_out", x.price_out);
  at("attributes", x.attributes), at("place", x.place);
}
template <class A>
void fields(A& at, Condition& x) {
  at("bit", x.bit), at("routes", x.routes), at("models", x.models);
}
template <class A>
void fields(A& at, Case& x) {
  at("when", x.when), at("value", x.value);
}
template <class A>
void fields(A& at, SetSlot& x) {
  at("slot", x.slot), at("key", x.key), at("cases", x.cases), at("place", x.place);
}
template <class A>
void fields(A& at, ChangeSlot& x) {
  at("slot", x.slot), at("change", x.change), at("members", x.members), at("place", x.place);
}
template <class A>
void fields(A& at, LimitSlot& x) {
  at("slot", x.slot), at("at_most", x.at_most), at("place", x.place);
}
template <class A>
void fields(A& at, NarrowModels& x) {
  at("keep", x.keep), at("text", x.text), at("place", x.place);
}
template <class A>
void fields(A& at, Denial& x) {
  at("status", x.status), at("message", x.message);
}
template <class A>
void fields(A& at, Response& x) {
  at("message", x.message);
}
template <class A>
void fields(A& at, Escalation& x) {
  at("target", x.target), at("message", x.message);
}
template <class A>
void fields(A& at, Ask& x) {
  at("model", x.model), at("settings", x.settings);
}
template <class A>
void fields(A& at, Selector& x) {
  at("name", x.name), at("arguments", x.arguments), at("reads", x.reads);
}
template <class A>
void fields(A& at, Selection& x) {
  at("among", x.among), at("by", x.by), at("up_to", x.up_to), at("or_none", x.or_none);
}
template <class A>
void fields(A& at, SplitChoice& x) {
  at("among", x.among), at("weights", x.weights), at("key", x.key);
}
template <class A>
void fields(A& at, Candidate& x) {
  at("target", x.target), at("on", x.on), at("place", x.place);
}
template <class A>
void fields(A& at, Outcome& x) {
  at("candidates", x.candidates), at("actions", x.actions);
}
template <class A>
void fields(A& at, Clause& x) {
  at("shape", x.shape), at("children", x.children), at("text", x.text), at("place", x.place), at("holds", x.holds), at("fails", x.fails);
  at("signals", x.signals);
}
template <class A>
void fields(A& at, Route& x) {
  at("name", x.name), at("bit", x.bit), at("guard", x.guard), at("clause", x.clause), at("outcome", x.outcome), at("strict", x.strict);
  at("place", x.place);
}
template <class A>
void fields(A& at, Entry& x) {
  at("kind", x.kind), at("name", x.name), at("routes", x.routes), at("entries", x.entries), at("scores", x.scores), at("margin", x.margin);
  at("beats", x.beats);
}
template <class A>
void fields(A& at, Tier& x) {
  at("name", x.name), at("strict", x.strict), at("entries", x.entries);
}
template <class A>
void fields(A& at, Rule& x) {
  at("name", x.name), at("when", x.when), at("actions", x.actions), at("clause", x.clause), at("narrowing", x.narrowing);
  at("over_routes", x.over_routes), at("under_routes", x.under_routes), at("over_rules", x.over_rules), at("over_listed", x.over_listed);
  at("under_listed", x.under_listed), at("place", x.place);
}
template <class A>
void fields(A& at, Slot& x) {
  at("name", x.name), at("type", x.type), at("kind", x.kind), at("initial", x.initial), at("keyed", x.keyed), at("effect", x.effect);
  at("required", x.required);
}
template <class A>
void fields(A& at, Target& x) {
  at("kind", x.kind), at("name", x.name), at("fields", x.fields), at("place", x.place);
}
template <class A>
void fields(A& at, Requirement& x) {
  at("text", x.text), at("when", x.when), at("holds", x.holds), at("place", x.place);
}
template <class A>
void fields(A& at, StateInfo& x) {
  at("name", x.name), at("kind", x.kind), at("parameters", x.parameters), at("per", x.per), at("place", x.place);
}
template <class A>
void fields(A& at, FeedbackTest& x) {
  at("field", x.field), at("op", x.op), at("value", x.value);
}
template <class A>
void fields(A& at, FeedbackRule& x) {
  at("when", x.when), at("learns", x.learns), at("place", x.place);
}
template <class A>
void fields(A& at, Manifest& x) {
  at("name", x.name), at("revision", x.revision), at("file", x.file), at("serves", x.serves), at("signals", x.signals),
      at("leaves", x.leaves);
  at("tables", x.tables), at("models", x.models), at("slots", x.slots), at("targets", x.targets), at("routes", x.routes), at("order", x.order), at("tiers", x.tiers);
  at("rules", x.rules), at("requirements", x.requirements), at("states", x.states), at("feedback", x.feedback), at("otherwise", x.otherwise), at("unserved", x.unserved);
  at("otherwise_place", x.otherwise_place), at("bits", x.bits);
}

// graph.h
template <class A>
void fields(A& at, LeafValue& x) {
  at("leaf", x.leaf);
}
template <class A>
void fields(A& at, ConstantValue& x) {
  at("value", x.value);
}
template <class A>
void fields(A& at, Term& x) {
  at("weight", x.weight), at("value", x.value);
}
template <class A>
void fields(A& at, Sum& x) {
  at("terms", x.terms), at("constant", x.constant);
}
template <class A>
void fields(A& at, Above& x) {
  at("value", x.value), at("threshold", x.threshold);
}
template <class A>
void fields(A& at, Min& x) {
  at("values", x.values);
}
template <class A>
void fields(A& at, Max& x) {
  at("values", x.values);
}
template <class A>
void fields(A& at, LerpPoint& x) {
  at("x", x.x), at("y", x.y);
}
template <class A>
void fields(A& at, Lerp& x) {
  at("value", x.value), at("points", x.points);
}
template <class A>
void fields(A& at, Bands& x) {
  at("value", x.value), at("upper", x.upper);
}
template <class A>
void fields(A& at, ArgMax& x) {
  at("values", x.values), at("labels", x.labels), at("margin", x.margin), at("ordered_ties", x.ordered_ties), at("none", x.none);
}
template <class A>
void fields(A& at, Truth& x) {
  at("holds", x.holds), at("fails", x.fails);
}
template <class A>
void fields(A& at, OrElse& x) {
  at("value", x.value), at("fallback", x.fallback);
}
template <class A>
void fields(A& at, Select& x) {
  at("condition", x.condition), at("then", x.then), at("otherwise", x.otherwise);
}
template <class A>
void fields(A& at, Value& x) {
  at("op", x.op), at("range", x.range), at("name", x.name);
}
template <class A>
void fields(A& at, Fixed& x) {
  at("value", x.value);
}
template <class A>
void fields(A& at, Within& x) {
  at("value", x.value), at("lo", x.lo), at("hi", x.hi);
}
template <class A>
void fields(A& at, IsKnown& x) {
  at("value", x.value);
}
template <class A>
void fields(A& at, IsUnknown& x) {
  at("value", x.value);
}
template <class A>
void fields(A& at, All& x) {
  at("of", x.of);
}
template <class A>
void fields(A& at, Any& x) {
  at("of", x.of);
}
template <class A>
void fields(A& at, BestMember& x) {
  at("guard", x.guard), at("score", x.score);
}
template <class A>
void fields(A& at, Wins& x) {
  at("index", x.index), at("members", x.members), at("margin", x.margin);
}
template <class A>
void fields(A& at, Graph& x) {
  at("values", x.values), at("guards", x.guards), at("outputs", x.outputs);
}
template <class A>
void fields(A& at, Module& x) {
  at("manifest", x.manifest), at("graph", x.graph);
}

}  // namespace sbx
