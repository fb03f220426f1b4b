/**
 * Bad counts of agents, held back until a stall of an agent can be confirmed or ruled out as the cause (PROOF.md 4). A
 * count does not say which exchanges were delayed: all bad exchanges of a pulse are excused together, or none.
 */

import { KEPT_BACK_MS, type Tally } from "../../experiments/model/evidence/tally.ts";
import type { Phase } from "../../experiments/model/experiment/phase.ts";
import type { ExpectationName } from "../../experiments/model/names.ts";
import { IMPATIENT_MS } from "../../experiments/model/verdict/stalls.ts";
import type { Alarm, Clock } from "../clock.ts";
import { BACKLOG_MS, Stalls } from "./stalls.ts";

/** Lifetime of a tally's samples: earliest begin and latest end, server clock. */
interface Lifetime {
  readonly fromMs: number;
  readonly toMs: number;
}
interface Pending {
  readonly tally: Tally;
  readonly lifetime: Lifetime;
  readonly alarm: Alarm;
}

export class BadCountHold {
  readonly #clock: Clock;
  readonly #decided: (tally: Tally) => void;
  readonly #stalls = new Map<ExpectationName, Stalls>();
  readonly #pending = new Set<Pending>();
  #settling: { readonly phase: Phase; readonly done: () => void }[] = [];

  /** Calls `decided` once with each tally, in final form. */
  constructor(clock: Clock, decided: (tally: Tally) => void) {
    this.#clock = clock;
    this.#decided = decided;
  }

  /** Holds `tally`, which counts bad samples alone. */
  add(tally: Tally, lifetime: Lifetime): void {
    const alarm = this.#clock.wake(this.#clock.nowMs() + KEPT_BACK_MS, () => {
      this.#pending.delete(pending);
      this.#decided(this.#judged(pending));
      this.#look();
    });
    const pending: Pending = { tally, lifetime, alarm };
    this.#pending.add(pending);
  }
  /**
   * Records a stall of an agent. Shorter stalls are no excuse: containers at their CPU limit pause all the time, and
   * still carry all traffic.
   */
  stalled(of: ExpectationName, fromMs: number, toMs: number): void {
    if (toMs - fromMs < IMPATIENT_MS) return;
    const stalls = this.#stalls.get(of) ?? new Stalls();
    this.#stalls.set(of, stalls);
    stalls.add(fromMs, toMs);
  }
  /** Resolves once no tally of the phase is held back. */
  settle(phase: Phase): Promise<void> {
    return new Promise((done) => {
      this.#settling.push({ phase, done });
      this.#look();
    });
  }
  stop(): void {
    for (const { alarm } of this.#pending) alarm.cancel();
  }

  #judged({ tally, lifetime: { fromMs, toMs } }: Pending): Tally {
    const stalledMs = this.#stalls.get(tally.of)?.longestIn(fromMs - BACKLOG_MS, toMs) ?? 0;
    if (stalledMs === 0) return tally;
    const { struck: _struck, bad, firstBad, ...rest } = tally;
    const why = firstBad[0]?.why ?? "bad";
    return {
      ...{ ...rest, bad: 0, errored: bad, firstBad: [], erroredBy: { "outcome unknown": bad } },
      firstErrored: `${why}, while an agent stalled for ${Math.round(stalledMs)} ms`,
    };
  }
  #look(): void {
    const isOpen = ({ phase }: { readonly phase: Phase }) =>
      [...this.#pending].some(({ tally }) => tally.phase === phase);
    const done = this.#settling.filter((settling) => !isOpen(settling));
    this.#settling = this.#settling.filter(isOpen);
    for (const settling of done) settling.done();
  }
}
