// SPDX-License-Identifier: Apache-2.0
// Whether an answer is good enough, and whether the next model is worth its price: the decisions of a cascade, without its calls.
#pragma once

#include <span>

namespace sbx::selectors {

struct ThresholdPoint { double difficulty = 0, confidence = 0; };

/// Whether an answer is accepted: its confidence reaches the threshold for the difficulty, linear between points, level beyond them. The
/// points ascend (AVR, arXiv:2603.12823).
[[nodiscard]] bool accepts(double confidence, double difficulty, std::span<const ThresholdPoint> points);

/// What a model is worth before it is asked (AutoMix, arXiv:2310.12963, as vLLM's semantic router reckons it):
/// quality - trade_off * cost / 10 + discount * next * (1 - verified), the last where `verified`, how likely its answer passes, is below
/// `threshold`: then the next model, worth `next`, may still answer.
struct Automix { double trade_off = 0.3, discount = 0.95, threshold = 0.7; };
[[nodiscard]] double automix_value(double quality, double cost, double verified, double next, const Automix& parameters = {});

}  // namespace sbx::selectors
