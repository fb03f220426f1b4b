/** The agent's only clock and timers. Every other module is given a clock. */
import { uptime } from "node:os";
// The global of this name is a getter, which each reading would call.
import { performance } from "node:perf_hooks";
import { originOf } from "../contract/machine-clock.ts";
import { AlarmTimer, NAP_MS, type Pace, type Timers } from "./alarm-timer.ts";

export interface Alarm {
  cancel(): void;
}
export interface Clock {
  /** Monotonic milliseconds. */
  nowMs(): number;
  /**
   * Rings once, not before `atMs` and up to 2 ms later, in a later turn of the loop. Refuses NaN; waits longer than
   * 2^31-1 ms in several sleeps. `exactly` rings behind the first read after `atMs`, and less than a millisecond late; for
   * that the process may nap at the end of a short wait: only for the release of held bytes.
   */
  wake(atMs: number, ring: () => void, how?: "exactly" | "roughly"): Alarm;
  /**
   * Rings exact alarms that are due. Transports call this behind each read: a turn of the loop that bytes began costs
   * nothing more, and a look of its own in each turn (`setImmediate`) cost 4% of a delayed request.
   */
  ringDue(): void;
}

/** Waits below this may nap for the last fraction of a millisecond, which is 1% at most of a longer wait. */
const SHORT_MS = 100;
/**
 * Share of the time that all exact waits together may nap, saved up for `MOST_NAPS_MS` at most. A wait that may not nap
 * rounds up. Turns of the loop in place of naps, for a fifth of a CPU, cost 900 µs a request at 190 requests a second,
 * for 0.2 ms more exactness; a nap costs 30 µs.
 */
const NAP_SHARE = 0.05;
const MOST_NAPS_MS = 2;
/**
 * CPU limit below which no wait naps: the kernel stops a container with `cpu: 50m` for up to 95 ms once the quota is
 * used up, so that a fraction of a millisecond does not matter there.
 */
const LEAST_CPUS = 0.25;

/**
 * A millisecond more than the rest: libuv counts whole ticks from the last tick, and an early ring costs another sleep.
 */
const ROUGHLY: Pace = (restMs) => Math.ceil(restMs) + 1;
/**
 * Pace of exact waits. The kernel counts a sleep from its begin, so that a wait of whole milliseconds ends exactly. A
 * wait with a small fraction ends in a nap, another is rounded up; in a busy process events end waits earlier.
 */
const exactly =
  (spend: (ms: number, nowMs: number) => boolean): Pace =>
  (restMs, nowMs, mayNap) => {
    const wholeMs = Math.floor(restMs);
    const overMs = restMs - wholeMs;
    return mayNap && overMs <= NAP_MS && spend(wholeMs === 0 ? overMs : 0, nowMs) ? wholeMs : Math.ceil(restMs);
  };
/** Budget of naps: true, and spent, where so much is saved up. */
const napBudget = (share: number, mostMs: number, startMs: number) => {
  let savedMs = mostMs;
  let savedAtMs = startMs;
  return (ms: number, nowMs: number): boolean => {
    savedMs = Math.min(mostMs, savedMs + (nowMs - savedAtMs) * share);
    savedAtMs = nowMs;
    if (mostMs === 0 || savedMs < ms) return false;
    savedMs -= ms;
    return true;
  };
};

/** `cpus`: the process's CPU limit. Below one CPU, exact waits get the same share of that limit. */
export const clockOf = (timers: Timers, cpus = 1): Clock => {
  const part = cpus < LEAST_CPUS ? 0 : Math.min(1, cpus);
  const spend = napBudget(NAP_SHARE * part, MOST_NAPS_MS * part, timers.nowMs());
  const rough = new AlarmTimer(timers, ROUGHLY);
  const exact = new AlarmTimer(timers, exactly(spend));
  return {
    nowMs: timers.nowMs,
    wake(atMs, ring, how = "roughly") {
      if (Number.isNaN(atMs)) throw new RangeError("a timer needs a time, got NaN");
      if (atMs === Number.POSITIVE_INFINITY) return { cancel() {} };
      return how === "roughly" ? rough.add(atMs, ring, false) : exact.add(atMs, ring, atMs - timers.nowMs() < SHORT_MS);
    },
    ringDue: () => exact.ringDue(),
  };
};

const NEVER_CHANGED = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
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
  nap(ms) {
    Atomics.wait(NEVER_CHANGED, 0, 0, ms);
  },
};
export const systemClock: Clock = clockOf(SYSTEM);
/** The system clock, with exact waits sized for a process that may use `cpus` CPUs; null: without a limit. */
export const systemClockOn = (cpus: number | null): Clock => (cpus === null ? systemClock : clockOf(SYSTEM, cpus));

/** CLOCK_MONOTONIC of the machine, ms, at which the system clock was 0. */
export const systemZeroMs = (): number =>
  Number(originOf(process.hrtime.bigint, () => BigInt(Math.round(performance.now() * 1e6)))) / 1e6;

/** The three clocks of this machine that `clock-jump.ts` compares, ms. */
export const readClocks = () => ({ monotonicMs: performance.now(), wallMs: Date.now(), uptimeMs: uptime() * 1_000 });
