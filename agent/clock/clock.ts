/** The agent's only clock and timers. Every other module is given a clock. */
import { uptime } from "node:os";

export interface Alarm {
  cancel(): void;
}
export interface Clock {
  /** Monotonic milliseconds. */
  nowMs(): number;
  /**
   * Rings once, not before `atMs` and up to 2 ms later, in a later turn of the loop. Refuses NaN; waits longer than
   * 2^31-1 ms in several sleeps. `exactly` rings to the turn of the loop where the wait is short, at the price of
   * processor time: only for the release of held bytes.
   */
  wake(atMs: number, ring: () => void, how?: "exactly" | "roughly"): Alarm;
}

/** Parts of a clock. Each of the two timers returns a function that cancels the timer. */
export interface Timers {
  nowMs(): number;
  /** Sleeps whole ms; may ring up to 1 ms early: libuv counts ticks of a separate clock. */
  sleep(ms: number, then: () => void): () => void;
  /** Calls `then` in the next turn of the loop. */
  next(then: () => void): () => void;
}

const LONGEST_SLEEP_MS = 2 ** 31 - 1;
/** Waits below this are exact. A millisecond is 1% at most of a longer wait. */
const EXACT_BELOW_MS = 100;
/**
 * Share of a CPU for exact waits. Sleeps are whole milliseconds, so an exact wait spins through the turns of the loop
 * for the rest, which keeps a processor busy. All waits together may spin for this share, saved up for `MOST_BUSY_MS`
 * at most; the other waits round up.
 */
const BUSY_SHARE = 0.2;
const MOST_BUSY_MS = 5;
/**
 * CPU limit below which no time is spent on exactness: for a container with `cpu: 50m`, a fifth would be 10 ms of CPU a
 * second, and the kernel stops the container for up to 95 ms once the quota is used up.
 */
const LEAST_CPUS = 0.25;

/** `cpus`: the process's CPU limit. Below one CPU, exact waits get the same share of that limit. */
export const clockOf = (timers: Timers, cpus = 1): Clock => {
  const part = cpus < LEAST_CPUS ? 0 : Math.min(1, cpus);
  const [busyShare, mostBusyMs] = [BUSY_SHARE * part, MOST_BUSY_MS * part];
  let savedMs = mostBusyMs;
  let savedAtMs = timers.nowMs();
  const spend = (ms: number, nowMs: number): boolean => {
    savedMs = Math.min(mostBusyMs, savedMs + (nowMs - savedAtMs) * busyShare);
    savedAtMs = nowMs;
    if (savedMs < ms) return false;
    savedMs -= ms;
    return true;
  };
  const roughly = (atMs: number, ring: () => void): Alarm => {
    let cancel: () => void;
    const sleep = (): void => {
      const restMs = atMs - timers.nowMs();
      // A millisecond more than the rest: libuv counts whole ticks from the last tick, and an early ring costs another
      // sleep.
      cancel =
        restMs <= 0 ? timers.next(ring) : timers.sleep(Math.min(Math.ceil(restMs) + 1, LONGEST_SLEEP_MS), wakeUp);
    };
    const wakeUp = (): void => (timers.nowMs() < atMs ? sleep() : ring());
    sleep();
    return { cancel: () => cancel() };
  };
  const exactly = (atMs: number, ring: () => void): Alarm => {
    let cancel: () => void;
    let paidMs = 0;
    const sleep = (): void => {
      const nowMs = timers.nowMs();
      const restMs = Math.max(0, atMs - nowMs);
      const wholeMs = Math.floor(restMs);
      const isExact = spend(restMs - wholeMs, nowMs);
      paidMs = restMs - wholeMs;
      if (isExact && wholeMs === 0) cancel = timers.next(turn);
      else cancel = isExact ? timers.sleep(wholeMs, turn) : timers.sleep(Math.ceil(restMs), wakeUp);
    };
    const wakeUp = (): void => (timers.nowMs() < atMs ? sleep() : ring());
    /** The rest of an exact wait: paid for already, except the time by which the sleep before rang early. */
    const turn = (): void => {
      const nowMs = timers.nowMs();
      const restMs = atMs - nowMs;
      if (restMs <= 0) ring();
      else if (restMs <= paidMs || (restMs < 1 && spend(restMs - paidMs, nowMs))) {
        paidMs = restMs;
        cancel = timers.next(turn);
      } else sleep();
    };
    sleep();
    return { cancel: () => cancel() };
  };
  return {
    nowMs: timers.nowMs,
    wake(atMs, ring, how = "roughly") {
      if (Number.isNaN(atMs)) throw new RangeError("a timer needs a time, got NaN");
      if (atMs === Number.POSITIVE_INFINITY) return { cancel() {} };
      const isExact = how === "exactly" && part > 0 && atMs - timers.nowMs() < EXACT_BELOW_MS;
      return isExact ? exactly(atMs, ring) : roughly(atMs, ring);
    },
  };
};

const SYSTEM: Timers = {
  nowMs: () => performance.now(),
  sleep(ms, then) {
    const timer = setTimeout(then, ms);
    return () => clearTimeout(timer);
  },
  next(then) {
    const immediate = setImmediate(then);
    return () => clearImmediate(immediate);
  },
};
export const systemClock: Clock = clockOf(SYSTEM);
/** The system clock, with exact waits sized for a process that may use `cpus` CPUs; null: without a limit. */
export const systemClockOn = (cpus: number | null): Clock => (cpus === null ? systemClock : clockOf(SYSTEM, cpus));

/** The three clocks of this machine that `clock-jump.ts` compares, ms. */
export const readClocks = () => ({ monotonicMs: performance.now(), wallMs: Date.now(), uptimeMs: uptime() * 1_000 });
