/** "Did you mean": the known word nearest to a mistyped word. */

/**
 * Edit distance with transposition of neighbours (Damerau–Levenshtein in its optimal-string-alignment form:
 * L. Boytsov, "Indexing methods for approximate dictionary searching", 2011, section 2.1).
 */
export const distance = (a: string, b: string): number => {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1];
      let best = Math.min(last[column]! + 1, current[column - 1]! + 1, last[column - 1]! + (same ? 0 : 1));
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      if (swapped) best = Math.min(best, beforeLast[column - 2]! + 1);
      current.push(best);
    }
    [beforeLast, last] = [last, current];
  }
  return last[b.length]!;
};

/** Longer words are never typing errors of ours, and the table above grows with the product of the lengths. */
const LONGEST = 80;
/** Most slips that a word of this length may have: a third of the length, and always at least 1. */
const allowance = (length: number) => Math.max(1, Math.floor(length / 3));
/** `slow_close`, `slow-close` and `SlowClose` are no slips, only other habits. */
const plain = (word: string) => word.toLowerCase().replace(/[-_ ]/g, "");

/** The known word that was probably meant, or undefined when none is near enough. Ties go to the earlier word. */
export const nearest = (word: string, known: readonly string[]): string | undefined => {
  if (word.length === 0 || word.length > LONGEST) return undefined;
  let best: string | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const candidate of known) {
    if (candidate === word || candidate.length > LONGEST) continue;
    const slips = distance(plain(word), plain(candidate));
    if (slips < least && slips <= allowance(Math.max(word.length, candidate.length))) {
      best = candidate;
      least = slips;
    }
  }
  return best;
};
