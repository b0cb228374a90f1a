// SPDX-License-Identifier: Apache-2.0
// What is offered where: a policy with a beginning of something more.
import { policy, same } from "./checks.mjs";
import { folder, marked, session } from "./session.mjs";

/** What is written, what has to be offered, what must not be. */
const cases = [
  ["declarations", "\n^", ["route", "signal", "test"], ["keywords", "given"]],
  ["a guard", "\nroute x when ^", ["urgent", "user.tier", "keywords", "tokens", "not"], ["route x", "signal"]],
  ["behind and", "\nroute x when urgent and ^ { model = small }", ["user.tier", "urgent"]],
  ["a dotted name", "\nroute x when user.^ { model = small }", ["user.tier", "user.team"]],
  ["labels behind ==", "\nroute x when user.tier == ^ { model = small }", ["free", "pro", "enterprise"], ["urgent"]],
  ["labels in a list", "\nroute x when user.tier in [free, ^] { model = small }", ["pro", "enterprise"], ["urgent"]],
  ["models", "\nroute x when urgent { model = ^ }", ["small", "large", "choose"], ["urgent"]],
  ["models behind then", "\nroute x when urgent { model = small, then ^ }", ["small", "large"], ["urgent"]],
  ["models to choose from", "\nroute x when urgent { model = choose [^] by cheapest }", ["small", "large"], ["urgent"]],
  ["error classes", "\nroute x when urgent { model = small, then large on [^] }", ["timeout", "5xx"], ["small"]],
  ["actions", "\nroute x when urgent {\n  ^\n}", ["model", "reasoning", "deny", "header"], ["urgent"]],
  ["a slot's values", "\nroute x when urgent { model = small  reasoning = ^ }", ["low", "high"], ["small"]],
  ["parameters", "\nsignal s = keywords(^)", ["any:", "at_least:", "of:"], ["urgent"]],
  ["fields of a model", "\nmodel m { ^ }", ["provider", "context", "price"], ["urgent"]],
  ["capabilities", "\nmodel m { can: [^] }", ["tools", "vision"]],
  ["given", '\ntest "t" { given { ^ } }', ["text", "user.tier", "urgent"]],
  ["given labels", '\ntest "t" { given { user.tier: ^ } }', ["free", "pro"], ["urgent"]],
  ["expected routes", '\ntest "t" { expect { route: ^ } }', ["emergency"], ["small"]],
  ["nothing in a comment", "\n// when ^", [], ["urgent"]],
  ["nothing in a text", '\nsignal s = keywords(any: ["^"])', [], ["urgent"]],
];

function problem(list, wanted, unwanted = []) {
  const got = list.items.map((item) => item.label);
  const missing = wanted.filter((one) => !got.includes(one)), extra = unwanted.filter((one) => got.includes(one));
  return missing.length || extra.length ? `missing ${missing}, too many ${extra}, of ${got.slice(0, 30)}` : null;
}

export async function completing(command, results) {
  const files = folder({}), uri = files.uri("c.sbx"), s = await session(command);
  await s.open(uri, "");
  const complete = async (tail) => {
    const { text, places } = marked(policy.replaceAll("^", "") + tail);
    await s.change(uri, { text });
    return s.at("completion", uri, places[0]);
  };
  for (const [what, tail, wanted, unwanted] of cases) results.expect(what, problem(await complete(tail), wanted, unwanted));
  const { textEdit, insertTextFormat } = (await complete("\nroute x when key^")).items.find((item) => item.label === "keywords");
  results.expect("a call is a snippet", same([textEdit.newText, insertTextFormat], ["keywords($0)", 2]));
  results.expect("over the word", same(textEdit.range.start.character, 13));
  results.expect("the end", same(await s.end(), 0));
}
