// SPDX-License-Identifier: Apache-2.0
// SentencePiece's map of characters, as `precompiled_charsmap` has it: a double array of Darts-clone, then the texts that it points to.

/// `{from: to, …}` as base64.
export function charsmap(entries) {
  const root = { next: new Map(), value: undefined };
  let texts = Buffer.alloc(0);
  for (const [from, to] of Object.entries(entries)) {
    let node = root;
    for (const byte of Buffer.from(from)) {
      if (!node.next.has(byte)) node.next.set(byte, { next: new Map(), value: undefined });
      node = node.next.get(byte);
    }
    node.value = texts.length;
    texts = Buffer.concat([texts, Buffer.from(to), Buffer.from([0])]);
  }

  const units = [0];
  const used = new Set([0]);
  // The children of a node stand at `base ^ label`, and the value of a word that ends in it at `base`.
  function place(node, at) {
    const labels = [...node.next.keys()];
    let base = 1;
    while (used.has(base) || labels.some((label) => used.has(base ^ label))) base += 1;
    for (const label of [0, ...labels]) used.add(base ^ label);
    units[at] = ((units[at] ?? 0) | ((at ^ base) << 10) | (node.value === undefined ? 0 : 1 << 8)) >>> 0;
    if (node.value !== undefined) units[base] = (node.value | (1 << 31)) >>> 0;
    for (const label of labels) units[base ^ label] = label;
    for (const label of labels) place(node.next.get(label), base ^ label);
  }
  place(root, 0);

  const size = (Math.floor(units.length / 256) + 1) * 256;
  const array = Buffer.alloc(4 + 4 * size);
  array.writeUInt32LE(4 * size, 0);
  units.forEach((unit, i) => array.writeUInt32LE(unit ?? 0, 4 + 4 * i));
  return Buffer.concat([array, texts]).toString('base64');
}
