/** So many keys of an object are compared one by one; beyond that a set is made. */
const mostCompared = 48;

/** 2^20: the digest of a key is 52 bits, which a double holds. */
const shift = 1 << 20;

const quote = 0x22;

/** What is known of the objects of one depth. */
interface Level {
  /** Digests of keys that are all different: of the object before, or of the open one as far as it is known. */
  digests: number[];
  /** These keys as they stand in a body, each with its closing quote. */
  text: Uint8Array;
  /** Where in `text` each key begins; one more than digests. */
  starts: number[];
  /** How many of them are keys of the open object. */
  count: number;
  /** As much of the open object as was looked for in it. */
  set: Set<number> | undefined;
}

/**
 * The keys of the objects that are open, to tell a key that is given twice. They are kept as digests: equal keys have equal
 * ones, and different ones would have to meet in 52 bits.
 *
 * Records mostly repeat the keys of the one before. So what is known of a depth stays when its object ends: as long as the
 * next object has the same keys in the same order, comparing their bytes is all that is needed, and costs what walking
 * through them costs anyway.
 */
export class ObjectKeys {
  readonly #levels: readonly Level[];

  constructor(depth: number) {
    this.#levels = Array.from({ length: depth + 1 }, () => ({
      digests: [],
      text: new Uint8Array(64),
      starts: [0],
      count: 0,
      set: undefined,
    }));
  }

  open(depth: number): void {
    const level = this.#levels[depth] as Level;
    level.count = 0;
    level.set = undefined;
  }

  /**
   * Takes the key that begins at `at` if it is the one that came here in the object before.
   * @returns Where it ends, behind its quote; 0 if it is another, or is not whole in these bytes.
   */
  follow(depth: number, bytes: Uint8Array, at: number): number {
    const level = this.#levels[depth] as Level;
    const { count, text, starts } = level;
    if (count >= level.digests.length) return 0;
    const from = starts[count] as number;
    const length = (starts[count + 1] as number) - from;
    if (at + length > bytes.length) return 0;
    for (let each = 0; each < length; each += 1) if (bytes[at + each] !== text[from + each]) return 0;
    level.count = count + 1;
    return at + length;
  }

  /**
   * Takes the next key of the object at this depth.
   * @param isPlain Whether the bytes are what stands in the body.
   * @returns How many keys the object now has; 0 if it has this one already.
   */
  add(depth: number, bytes: Uint8Array, from: number, to: number, isPlain: boolean): number {
    const level = this.#levels[depth] as Level;
    const { digests, count } = level;
    const digest = digestOf(bytes, from, to);
    if (count >= digests.length || digests[count] !== digest) {
      if (has(level, digest)) return 0;
      digests.length = count;
      digests.push(digest);
      learn(level, bytes, from, isPlain ? to : from, isPlain);
    }
    level.count = count + 1;
    return count + 1;
  }
}

function has(level: Level, digest: number): boolean {
  const { digests, count } = level;
  if (count <= mostCompared) {
    for (let at = 0; at < count; at += 1) if (digests[at] === digest) return true;
    return false;
  }
  level.set ??= new Set();
  for (let at = level.set.size; at < count; at += 1) level.set.add(digests[at] as number);
  return level.set.has(digest);
}

/** An escaped key is learnt as a byte that no string holds: it is never followed. */
function learn(level: Level, bytes: Uint8Array, from: number, to: number, isPlain: boolean): void {
  const { starts, count } = level;
  let at = starts[count] as number;
  if (at + to - from + 1 > level.text.length) {
    const larger = new Uint8Array(2 * (at + to - from + 1));
    larger.set(level.text);
    level.text = larger;
  }
  const { text } = level;
  for (let each = from; each < to; each += 1) {
    text[at] = bytes[each] as number;
    at += 1;
  }
  text[at] = isPlain ? quote : 0;
  starts.length = count + 1;
  starts.push(at + 1);
}

/** Four bytes a turn; two sums that mix them differently. */
function digestOf(bytes: Uint8Array, from: number, to: number): number {
  let one = to - from;
  let other = one ^ 0x2545f491;
  let at = from;
  for (; at + 4 <= to; at += 4) {
    const word =
      (bytes[at] as number) |
      ((bytes[at + 1] as number) << 8) |
      ((bytes[at + 2] as number) << 16) |
      ((bytes[at + 3] as number) << 24);
    one = Math.imul(one ^ word, 0x9e3779b1);
    one ^= one >>> 15;
    other = Math.imul(other + word, 0x85ebca6b);
    other ^= other >>> 13;
  }
  for (; at < to; at += 1) {
    const byte = bytes[at] as number;
    one = Math.imul(one ^ byte, 0x9e3779b1);
    one ^= one >>> 15;
    other = Math.imul(other + byte, 0x85ebca6b);
    other ^= other >>> 13;
  }
  return (one >>> 0) * shift + (other >>> 12);
}
