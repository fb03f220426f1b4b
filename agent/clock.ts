/** The agent's only clock and timers. Everything else is given one. */
import { uptime } from "node:os";

export interface Alarm {
  cancel(): void;
}
export interface Clock {
  /** Monotonic milliseconds. */
  nowMs(): number;
  /** Rings once, not before `atMs`. Refuses NaN; waits longer than 2^31-1 ms in several sleeps. */
  wake(atMs: number, ring: () => void): Alarm;
}

const LONGEST_SLEEP_MS = 2 ** 31 - 1;

export const systemClock: Clock = {
  nowMs: () => performance.now(),
  wake(atMs, ring) {
    if (Number.isNaN(atMs)) throw new RangeError("a timer needs a time, got NaN");
    if (atMs === Number.POSITIVE_INFINITY) return { cancel() {} };
    let timer: NodeJS.Timeout;
    const sleep = () => {
      const restMs = Math.max(0, Math.ceil(atMs - performance.now()));
      timer = setTimeout(wakeUp, Math.min(restMs, LONGEST_SLEEP_MS));
    };
    // libuv counts in whole milliseconds of its own clock: a timer rings up to one of them early.
    const wakeUp = () => (performance.now() < atMs ? sleep() : ring());
    sleep();
    return { cancel: () => clearTimeout(timer) };
  },
};

/** The three clocks of this machine that `guard.ts` compares, ms. */
export const readClocks = () => ({ monotonicMs: performance.now(), wallMs: Date.now(), uptimeMs: uptime() * 1_000 });
