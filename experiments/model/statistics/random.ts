/**
 * All randomness: stateless, from a seed and a key. The same seed and key give the same number in every process and
 * every run, so "the same requests are hit" needs no memory.
 */

/** Finaliser of MurmurHash3 (Austin Appleby, public domain): every input bit reaches every output bit. */
export const avalanche = (word: number): number => {
  let h = word;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
};

/** MurmurHash3 x86_32 over the UTF-16 code units of `text`, a 32-bit block for each code unit. */
const murmur3 = (text: string, seed: number): number => {
  let h = seed;
  for (let i = 0; i < text.length; i++) {
    let k = Math.imul(text.charCodeAt(i), 0xcc9e2d51);
    k = Math.imul((k << 15) | (k >>> 17), 0x1b873593);
    h ^= k;
    h = (Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64) | 0;
  }
  return avalanche(h ^ text.length);
};

export type ChanceKey = readonly (string | number)[];

/** Parts cannot run into each other: "a", "bc" is another key than "ab", "c". */
const textOf = (seed: number, key: ChanceKey) => `${seed}${key.map((part) => `\0${part}`).join("")}`;

/** Uniform in [0, 1), 53 bits. */
export const chance = (seed: number, ...key: ChanceKey): number => {
  const text = textOf(seed, key);
  return (murmur3(text, 0x9747b28c) * 2 ** 21 + (murmur3(text, 0x3c6ef372) >>> 11)) / 2 ** 53;
};

/** Independent sequence for a key, uniform in [0, 1): SplitMix (Steele, Lea, Flood 2014) with the finaliser above. */
export const dice = (seed: number, ...key: ChanceKey): (() => number) => {
  let state = murmur3(textOf(seed, key), 0x9747b28c);
  return () => {
    state = (state + 0x9e3779b9) | 0;
    return avalanche(state) / 2 ** 32;
  };
};
