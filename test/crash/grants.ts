/** What servers grant, read off the wire: each order with faults in it, and each renewal of one. */
export interface Grant {
  readonly epoch: number;
  /** performance.now(), when it passed here. */
  readonly atMs: number;
}
const GRANT = /\{"type":"(?:apply|renew)","session":"[^"]*","epoch":(\d+)[^}]*?"leaseMs":\d+(?:\}|,"faults":\[\{)/g;
/** A message that is not whole yet begins in so many characters at most. */
const LONGEST_HEAD = 400;

/** Frames to agents are neither masked nor compressed: their text stands in the stream as it was written. */
export class Grants {
  readonly #all: Grant[] = [];
  get all(): readonly Grant[] {
    return this.#all;
  }
  /** For one connection at a time. */
  reader(): (bytes: Buffer) => void {
    let rest = "";
    return (bytes) => {
      const text = rest + bytes.toString("latin1");
      let endsAt = 0;
      for (const match of text.matchAll(GRANT)) {
        this.#all.push({ epoch: Number(match[1]), atMs: performance.now() });
        endsAt = match.index + match[0].length;
      }
      rest = text.slice(Math.max(endsAt, text.length - LONGEST_HEAD));
    };
  }
  of(epoch: number): readonly Grant[] {
    return this.#all.filter((grant) => grant.epoch === epoch);
  }
  get epochs(): readonly number[] {
    return [...new Set(this.#all.map(({ epoch }) => epoch))].sort((a, b) => a - b);
  }
}

/** Of any two leaders the later one grants only once the earlier one does no more; each pair of which that is not so, in words. */
export const overlaps = (grants: Grants): readonly string[] => {
  const spans = grants.epochs.map((epoch) => {
    const times = grants.of(epoch).map(({ atMs }) => atMs);
    return { epoch, fromMs: Math.min(...times), toMs: Math.max(...times) };
  });
  return spans.flatMap((later, i) =>
    spans
      .slice(0, i)
      .filter(({ toMs }) => toMs >= later.fromMs)
      .map(
        ({ epoch, toMs }) => `epoch ${epoch} still granted ${toMs - later.fromMs} ms after epoch ${later.epoch} did`,
      ),
  );
};
