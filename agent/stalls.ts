/**
 * The agent's own stalls: stretches in which its loop did not turn, found by a beat of its own while something is ordered.
 * Whatever it measured meanwhile was slow through the agent, not through what it measured (PROOF.md 4).
 */
import { readFileSync } from "node:fs";
import type { Alarm, Clock } from "./clock.ts";
import type { Stall } from "./contract/messages.ts";

const BEAT_MS = 20;
/** A beat that comes later than this was kept by a stall; schedulers alone are late by less. */
const LATE_MS = 50;
/** Stalls told in each pulse: again and again, so that a lost pulse loses nothing. */
const RECENT = 20;
/** Stalls kept to be taken off the time of what they held up. */
const KEPT = 1_000;

interface Stretch {
  readonly n: number;
  readonly fromMs: number;
  readonly toMs: number;
  readonly throttledMs: number | null;
}

export class Stalls {
  readonly #clock: Clock;
  readonly #readThrottledMs: () => number | null;
  #all: Stretch[] = [];
  #last = 0;
  /** When the loop was last seen to turn; null: nobody looks. */
  #beatMs: number | null = null;
  #throttledMs: number | null = null;
  #alarm: Alarm | null = null;

  constructor(clock: Clock, readThrottledMs: () => number | null = throttledMsOf()) {
    this.#clock = clock;
    this.#readThrottledMs = readThrottledMs;
  }
  /** Looks while something is ordered, and costs nothing otherwise. Idempotent. */
  watch(isOrdered: boolean): void {
    if (!isOrdered) {
      this.#alarm?.cancel();
      this.#alarm = null;
      this.#beatMs = null;
    } else if (this.#beatMs === null) {
      this.#throttledMs = this.#readThrottledMs();
      this.#beat();
    }
  }
  /** How much of [fromMs, toMs) the loop stood still; a stall that has just ended counts, though its beat has not come yet. */
  overlapMs(fromMs: number, toMs: number): number {
    const of = (a: number, b: number) => Math.max(0, Math.min(b, toMs) - Math.max(a, fromMs));
    const nowMs = this.#clock.nowMs();
    const isLate = this.#beatMs !== null && nowMs - this.#beatMs > BEAT_MS + LATE_MS;
    const pending = isLate ? of(this.#beatMs!, nowMs) : 0;
    return this.#all.reduce((sum, stall) => sum + of(stall.fromMs, stall.toMs), pending);
  }
  /** The last ones, as they are told in a pulse that is sent now. */
  recent(nowMs: number): readonly Stall[] {
    return this.#all.slice(-RECENT).map(({ n, fromMs, toMs, throttledMs }) => ({
      ...{ n, agoMs: Math.max(0, nowMs - toMs), lengthMs: toMs - fromMs },
      ...(throttledMs !== null && { throttledMs }),
    }));
  }

  #beat(): void {
    const nowMs = this.#clock.nowMs();
    if (this.#beatMs !== null && nowMs - this.#beatMs > BEAT_MS + LATE_MS) this.#add(this.#beatMs, nowMs);
    this.#beatMs = nowMs;
    this.#alarm = this.#clock.wake(nowMs + BEAT_MS, () => this.#beat(), "roughly");
  }
  #add(fromMs: number, toMs: number): void {
    const before = this.#throttledMs;
    this.#throttledMs = this.#readThrottledMs();
    const throttledMs = before === null || this.#throttledMs === null ? null : this.#throttledMs - before;
    this.#all.push({ n: ++this.#last, fromMs, toMs, throttledMs });
    if (this.#all.length > KEPT) this.#all = this.#all.slice(-KEPT / 2);
  }
}

/** Reads how long the CPU limit of this process's cgroup (v2) has kept it from running, ms; null: there is no such count. */
const throttledMsOf = (): (() => number | null) => {
  const own = textIn("/proc/self/cgroup")?.match(/^0::(.*)$/m)?.[1];
  // Inside a container the cgroup of `/proc` may be named from outside: its own is the root of what is mounted.
  const files = [`/sys/fs/cgroup${own ?? ""}/cpu.stat`, "/sys/fs/cgroup/cpu.stat"];
  const read = (file: string): number | null => {
    const usec = textIn(file)?.match(/^throttled_usec (\d+)$/m)?.[1];
    return usec === undefined ? null : Number(usec) / 1_000;
  };
  const file = files.find((each) => read(each) !== null);
  return () => (file === undefined ? null : read(file));
};
const textIn = (file: string): string | null => {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return null;
  }
};
