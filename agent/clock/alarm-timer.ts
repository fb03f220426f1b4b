/**
 * Alarm timer: the single timer behind all alarms of a kind. Alarms that are due together cost a single wake of the
 * process, and an alarm that is set behind others costs no timer at all.
 */
import { AlarmQueue, type QueuedAlarm } from "./alarm-queue.ts";

/** Parts of a clock. Both timers return a function that cancels the timer. */
export interface Timers {
  nowMs(): number;
  /** Sleeps whole ms; may ring up to 1 ms early: libuv counts ticks of a separate clock. */
  sleep(ms: number, then: () => void): () => void;
  /** Calls `then` in the next turn of the loop, which does not wait for events before. */
  next(then: () => void): () => void;
  /** Blocks the process for a part of a millisecond; may take 0.1 ms more. */
  nap(ms: number): void;
}

const LONGEST_SLEEP_MS = 2 ** 31 - 1;
/** Time, ms, for which alarms ring in a turn of the loop: ten thousand flows due at once must not stall the rest. */
const MOST_TURN_MS = 2;
/** Alarms that ring between two looks at the clock. */
const LOOK_EVERY = 16;
/**
 * Longest nap, ms, at the end of an exact wait: a sleep of the loop takes whole milliseconds, and turns without a sleep
 * keep a CPU busy. Events that come meanwhile wait for its end.
 */
export const NAP_MS = 0.25;
/** Most waiting alarms beside which a wait naps: with more, events come often enough to end waits, and cost nothing. */
const FEW_ALARMS = 16;
/** The kernel ends a nap later by this, ms: default timer slack of a thread (prctl(2), PR_SET_TIMERSLACK). */
const SLACK_MS = 0.05;

/** Whole ms to sleep, with `restMs` to go; 0: nap for the rest, where the wait `mayNap`. */
export type Pace = (restMs: number, nowMs: number, mayNap: boolean) => number;
/** A sleep goes on that was set for less than this before the first alarm, ms: its end is a wake that is nearly due. */
const KEPT_MS = 1;
const NOTHING = (): void => {};

export class AlarmTimer {
  readonly #timers: Timers;
  readonly #pace: Pace;
  readonly #queue = new AlarmQueue(() => {
    if (!this.#rings) this.#stop();
  });
  #cancelTimer = NOTHING;
  /** Time of the alarm that the timer was set for; the timer may ring before later alarms. Infinity: no timer is set. */
  #setForMs = Number.POSITIVE_INFINITY;
  /** The timer is a sleep, and not a turn of the loop. */
  #isAsleep = false;
  /** Alarms are ringing: the timer is set afterwards, once. */
  #rings = false;

  constructor(timers: Timers, pace: Pace) {
    this.#timers = timers;
    this.#pace = pace;
  }
  add(atMs: number, ring: () => void, isShort: boolean): QueuedAlarm {
    const alarm = this.#queue.add(atMs, ring, isShort);
    if (atMs < this.#setForMs && !this.#rings) this.#set();
    return alarm;
  }

  /** Rings the alarms that are due, ahead of the timer. Without effect within a ring. */
  ringDue(): void {
    const { first } = this.#queue;
    if (first !== undefined && !this.#rings && first.atMs <= this.#timers.nowMs()) this.#ring();
  }

  /**
   * Sets the timer for the first alarm. A sleep until a little earlier goes on: alarms that reads ring would otherwise
   * move the timer thousands of times a second.
   */
  #set(): void {
    const { first } = this.#queue;
    if (first === undefined) {
      this.#stop();
      return;
    }
    const nowMs = this.#timers.nowMs();
    const restMs = first.atMs - nowMs;
    const laterMs = first.atMs - this.#setForMs;
    if (restMs > 0 && this.#isAsleep && laterMs >= 0 && laterMs < KEPT_MS) return;
    this.#cancelTimer();
    this.#setForMs = first.atMs;
    const ms = restMs <= 0 ? 0 : this.#pace(restMs, nowMs, first.isShort && this.#queue.size <= FEW_ALARMS);
    this.#isAsleep = ms > 0;
    this.#cancelTimer =
      ms === 0 ? this.#timers.next(this.#nap) : this.#timers.sleep(Math.min(ms, LONGEST_SLEEP_MS), this.#wakeUp);
  }
  #stop(): void {
    this.#cancelTimer();
    this.#cancelTimer = NOTHING;
    this.#setForMs = Number.POSITIVE_INFINITY;
    this.#isAsleep = false;
  }
  /** Naps behind the events of the turn, which do not wait for its end. */
  readonly #nap = (): void => {
    const restMs = (this.#queue.first?.atMs ?? 0) - this.#timers.nowMs();
    if (restMs > SLACK_MS) this.#timers.nap(Math.min(restMs, NAP_MS) - SLACK_MS);
    this.#wakeUp();
  };
  readonly #wakeUp = (): void => {
    this.#setForMs = Number.POSITIVE_INFINITY;
    this.#isAsleep = false;
    this.#ring();
  };
  /** Rings the alarms that are due and were set before: an alarm set by another for now rings in a later turn. */
  #ring(): void {
    const { lastOrdinal } = this.#queue;
    const sinceMs = this.#timers.nowMs();
    let nowMs = sinceMs;
    this.#rings = true;
    try {
      for (let rung = 1; nowMs - sinceMs < MOST_TURN_MS; rung++) {
        const { first } = this.#queue;
        if (first === undefined || first.atMs > nowMs || first.ordinal > lastOrdinal) break;
        first.cancel();
        first.ring();
        if (rung % LOOK_EVERY === 0) nowMs = this.#timers.nowMs();
      }
    } finally {
      this.#rings = false;
      this.#set();
    }
  }
}
