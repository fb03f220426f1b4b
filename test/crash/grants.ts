/** Grants of servers, read off the wire: each order with faults in it, and each renewal of such an order. */
export interface Grant {
  readonly epoch: number;
  /** Time when the grant passed the line, by performance.now(). */
  readonly atMs: number;
}
const GRANT = /\{"type":"(?:apply|renew)","session":"[^"]*","epoch":(\d+)[^}]*?"leaseMs":\d+(?:\}|,"faults":\[\{)/g;
/** Longest incomplete head of a message, in characters. */
const LONGEST_HEAD = 400;

/**
 * Grants seen on the wire. Frames to agents are neither masked nor compressed: the stream shows the text as written.
 */
export class Grants {
  readonly #all: Grant[] = [];
  get all(): readonly Grant[] {
    return this.#all;
  }
  /** Returns a reader for the bytes of a single connection. */
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

/**
 * Overlapping leaders: of any two, the later leader must grant only once the earlier leader grants no more. Returns a
 * sentence for each pair that breaks this rule.
 */
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
