// SPDX-License-Identifier: Apache-2.0
// What the cases of the language server share: checks that say what is wrong, or null, and a policy to work on.
export const same = (got, wanted) =>
  JSON.stringify(got) === JSON.stringify(wanted) ? null : `got ${JSON.stringify(got)}, expected ${JSON.stringify(wanted)}`;
export const holds = (text, ...words) =>
  words.map((word) => (String(text).includes(word) ? null : `\`${word}\` is not in: ${text}`)).find(Boolean) ?? null;
/** A request that has to fail, as one that cannot be done. */
export const refused = (promise) =>
  promise.then((got) => `not refused: ${JSON.stringify(got)}`, (error) => (error.code === -32803 ? null : error.message));
/** Diagnostics with a code. */
export const code = (wanted) => (found) => found.some((one) => one.code === wanted);

/** With marks: the declaration of a model and a signal, a kind, a use of the signal, an input, a label, a use of the model. */
export const policy = `policy support serves "auto"

model small { provider: local   name: "qwen3-8b"  context: 32k }
model la^rge { provider: openai  name: "gpt-5"  context: 400k }

input user.tier: {free, pro, enterprise} or else free
// Somebody is in a hurry.
signal urg^ent = keywo^rds(any: ["urgent", "asap"])

route emergency when urg^ent and user.ti^er == enter^prise { model = la^rge, then small }
otherwise { model = small }

test "in need" {
  given  { text: "URGENT"  user.tier: enterprise }
  expect { route: emergency  model: large }
}
test "not so" {
  given  { text: "hello"  user.tier: free }
  expect { route: emergency }
}
`;
