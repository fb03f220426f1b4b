/**
 * Release queue: the flows of a process whose held parts are due, in turns of bounded length. Ten thousand flows that
 * become free together would otherwise keep the loop from other traffic for as long as the kernel takes the bytes, and
 * the last flow would wait for all bytes of the others. So each flow gets its first bytes before any gets more.
 */
import type { Clock } from "../clock/clock.ts";
import { Fifo } from "./fifo.ts";

/** Longest turn, ms. */
const TURN_MS = 2;
/** Rest that begins another turn, ms: releases closer together count as the same turn. */
const REST_MS = 0.2;
/** Most bytes of a flow in a turn: at first, where others wait, and later. */
const FIRST_BYTES = 4 * 1024;
const BYTES = 64 * 1024;

export interface Releasing {
  /** Sends parts that are due at `nowMs`, `most` bytes or little more. True: more are due. */
  releaseSome(most: number, nowMs: number): boolean;
}

export class ReleaseQueue {
  readonly #clock: Pick<Clock, "nowMs" | "wake">;
  /** Flows that had no turn yet, and flows that go on. */
  readonly #fresh = new Fifo<Releasing>();
  readonly #waiting = new Fifo<Releasing>();
  readonly #queued = new Set<Releasing>();
  #turnFromMs = 0;
  #lastMs = Number.NEGATIVE_INFINITY;
  #isAwaited = false;

  constructor(clock: Pick<Clock, "nowMs" | "wake">) {
    this.#clock = clock;
  }
  /** Releases the due parts of a flow: at once where the turn has time left, behind the other flows otherwise. */
  add(flow: Releasing): void {
    if (this.#queued.has(flow)) return;
    const nowMs = this.#clock.nowMs();
    if (nowMs - this.#lastMs > REST_MS) this.#turnFromMs = nowMs;
    if (this.#queued.size > 0 || nowMs - this.#turnFromMs >= TURN_MS) this.#queue(flow, this.#fresh);
    else if (this.#serve(flow, BYTES, nowMs)) this.#queue(flow, this.#waiting);
  }
  #queue(flow: Releasing, line: Fifo<Releasing>): void {
    this.#queued.add(flow);
    line.push(flow);
    this.#await();
  }
  #serve(flow: Releasing, most: number, nowMs: number): boolean {
    const isMore = flow.releaseSome(most, nowMs);
    this.#lastMs = this.#clock.nowMs();
    return isMore;
  }
  #await(): void {
    if (this.#isAwaited) return;
    this.#isAwaited = true;
    this.#clock.wake(this.#clock.nowMs(), () => this.#turn());
  }
  #turn(): void {
    this.#isAwaited = false;
    this.#turnFromMs = this.#clock.nowMs();
    this.#lastMs = this.#turnFromMs;
    try {
      // Flows that go on have a part of each turn, however many come anew.
      const going = this.#waiting.length;
      this.#serveFirst(this.#fresh, this.#fresh.length, TURN_MS * (going > 0 ? 3 / 4 : 1), FIRST_BYTES);
      this.#serveFirst(this.#waiting, going, TURN_MS, BYTES);
    } finally {
      // An error in one flow keeps no other flow waiting.
      if (this.#queued.size > 0) this.#await();
    }
  }
  /** Serves the first flows of a line, once round at most, until the turn has lasted `untilMs`. */
  #serveFirst(line: Fifo<Releasing>, count: number, untilMs: number, most: number): void {
    for (let left = count; left > 0 && this.#lastMs - this.#turnFromMs < untilMs; left--) {
      const flow = line.shift()!;
      let isMore = false;
      try {
        isMore = this.#serve(flow, most, this.#lastMs);
      } finally {
        if (isMore) this.#waiting.push(flow);
        else this.#queued.delete(flow);
      }
    }
  }
}
