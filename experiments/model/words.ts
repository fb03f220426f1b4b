/** The small words of reasons: offsets, counts and lists. */

/** 3100 → `3.1 s`; below a second in milliseconds: 250 → `250 ms`. */
export const spell = (ms: number): string =>
  ms < 1_000 ? `${Math.round(ms)} ms` : `${Number((ms / 1_000).toFixed(1))} s`;

/** An offset into a phase: 3100 → `+3.1 s`. */
export const spellOffset = (ms: number): string => `${ms < 0 ? "-" : "+"}${(Math.abs(ms) / 1_000).toFixed(1)} s`;

/** `1 edge`, `2 edges`. */
export const spellCount = (count: number, noun: string, plural = `${noun}s`): string =>
  `${count} ${count === 1 ? noun : plural}`;

/** `["a", "b", "c"]` → `a, b and c`. */
export const list = (items: readonly string[]): string =>
  items.length < 2 ? (items[0] ?? "nothing") : `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`;
