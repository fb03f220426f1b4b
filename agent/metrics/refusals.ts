/**
 * Refusals of an edge: what the agent itself refused, or answered in the callee's place, counted by code for the pulse
 * and told in the log. The log has each code at once, and after that at most once in ten seconds.
 */
import type { Resource } from "../../experiments/model/evidence/receipt.ts";
import type { Clock } from "../clock/clock.ts";
import { exhaustedResource } from "./observer.ts";

const QUIET_MS = 10_000;

interface CodeTally {
  count: number;
  /** Refusals since the last line of the log. */
  untold: number;
  toldMs: number;
}

export class Refusals {
  readonly #clock: Pick<Clock, "nowMs">;
  readonly #tell: (line: string) => void;
  readonly #exhausted: (of: Resource) => void;
  readonly #codes = new Map<string, CodeTally>();

  /** `tell` writes a line to the log; `exhausted` is called with the resource for each refusal of an exhausted agent. */
  constructor(clock: Pick<Clock, "nowMs">, tell: (line: string) => void, exhausted: (of: Resource) => void = () => {}) {
    this.#clock = clock;
    this.#tell = tell;
    this.#exhausted = exhausted;
  }
  /** `code` is one of few, as in `x-squall-refused`; `reason` a sentence of the agent's own. */
  add(code: string, reason: string): void {
    const nowMs = this.#clock.nowMs();
    const known = this.#codes.get(code) ?? { count: 0, untold: 0, toldMs: Number.NEGATIVE_INFINITY };
    this.#codes.set(code, known);
    const exhaustion = exhaustedResource(code);
    if (exhaustion !== null) this.#exhausted(exhaustion);
    known.count++;
    known.untold++;
    if (nowMs - known.toldMs < QUIET_MS) return;
    const times =
      known.untold === 1 ? "" : `, ${known.untold} times in ${Math.round((nowMs - known.toldMs) / 1_000)} s`;
    this.#tell(`refused (${code})${times}: ${reason}`);
    known.untold = 0;
    known.toldMs = nowMs;
  }
  /** Counts by code since the start. */
  get counts(): readonly { readonly code: string; readonly count: number }[] {
    return [...this.#codes].map(([code, { count }]) => ({ code, count }));
  }
}
