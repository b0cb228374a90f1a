// SPDX-License-Identifier: Apache-2.0
// A policy of fifty routes and rules that has everything a picture shows, with names and texts that are hard to fit.
const models = ["qwen", "coder", "frontier", "a_model_whose_name_is_longer_than_any_column_would_like_it_to_be", "мистраль", "大模型", "haiku", "sonnet", "opus"];
const signals = [
  'urgent = keywords(any: ["urgent", "asap"])', 'complaint = keywords(any: ["refund"])', 'срочно = keywords(any: ["срочно", "немедленно"])',
  'order_number_of_the_warehouse_in_the_north = pattern("LH-[0-9]{6}")', 'lang = language() or else en',
  'topic = nearest({ math: ["integral"], code: ["compile"], law: ["contract"] }, floor: 0.5) or else other',
  'attack = classifier("prompt-guard", label: "injection") or else 1.0', 'hard = contrast(hard: ["prove"], easy: ["hello"]) or else 0',
  'pressing = urgent or срочно and user.tier == enterprise', 'load = 0.4 * hard + 0.6 * attack',
];
const guards = [
  "topic is code", "urgent and user.tier == enterprise", "tokens > 20k", "images.count > 0", "tools.count > 2 and not stream", "lang in [ru, zh, de]", "pressing",
  "load >= 0.5", "complaint and order_number_of_the_warehouse_in_the_north", 'header("x-department-of-origin") == "accounts payable & receivable <eu>"',
  'metadata("客户等级") == "非常重要的客户非常重要的客户非常重要的客户" or metadata("客户等级") == "重要" or topic is law and hard >= 0.25 and messages.count > 12',
];
const outcomes = (i) => [
  `{ model = ${models[i % models.length]} }`,
  `{ model = ${models[i % models.length]}, then ${models[(i + 1) % models.length]} on [timeout, 5xx, 429] }`,
  `{ model = choose [qwen, coder, frontier] by cheapest }`,
  `{ model = frontier, then opus, then sonnet, then haiku, then ${models[3]}, then qwen  header "x-team" = "international affairs, second floor" }`,
  `{ deny 403 "This request was blocked, and here is a rather long explanation of why that had to be so." }`,
  `{ respond "Bitte später noch einmal versuchen." }`,
  `{ escalate people "A person will answer." }`,
  `{ model = split 95/5 on user.id [qwen, coder]  header "x-lane" = "slow" }`,
];

/** Fifty routes and rules; `ranked`: everything says who wins, as far as `over` can say it here. */
export function hardPolicy() {
  const lines = ['policy pictures serves "auto", "a-second-name", "a-third-name"', ""];
  for (const name of models) lines.push(`model ${name} { provider: openai  name: "${name}-2026-05-04"  context: 128k  output: 4k  can: [tools, vision] }`);
  lines.push("input user.tier: {free, pro, enterprise} or else free", ...signals.map((signal) => `signal ${signal}`), "");
  lines.push('strict tier safety { route blocked when attack >= 0.8 { deny 403 "Blocked." }  route too_long when tokens > 100k { deny 413 "Too long." }  blocked over too_long }');
  for (let tier = 0, i = 0; tier < 4; ++tier) {
    lines.push(`tier tier_number_${tier} {`);
    for (let n = 0; n < 6; ++n, ++i) lines.push(`  route r${tier}_${n} when ${guards[i % guards.length]} ${outcomes(i)[i % 8]}`);
    lines.push(`  r${tier}_0 over r${tier}_1, r${tier}_2, r${tier}_5`, `  r${tier}_5 over r${tier}_3`, `  r${tier}_4 over r${tier}_1`);
    if (tier === 1) lines.push("  first of_many {", ...[0, 1, 2, 3].map((n) => `    route inner_${n} when ${guards[(i + n) % guards.length]} ${outcomes(n)[n]}`), "  }", "  of_many over r1_0");
    lines.push("}");
  }
  lines.push('otherwise { model = qwen, then coder }', 'unserved { deny 503 "No model here can take this request." }', "always {");
  for (let n = 0; n < 20; ++n) {
    const order = n % 3 === 1 ? " over routes" : n > 4 && n % 4 === 2 ? ` over rule_${n - 3}` : "";
    lines.push(`  rule rule_${n}${order} when ${guards[n % guards.length]} { header "x-rule-${n % 7}" = "v${n}" }`);
  }
  lines.push("}", "");
  return lines.join("\n");
}
