/** The server's only clock and timers. Every other module is given a clock. */
import { uptime } from "node:os";
import { originOf } from "../agent/contract/machine-clock.ts";

export interface Alarm {
  cancel(): void;
}
export interface Clock {
  /** Monotonic milliseconds: the basis of every decision. */
  nowMs(): number;
  /** Unix milliseconds: for display, and for recovery, which bounds dead leases by wall time. */
  wallMs(): number;
  /** Milliseconds since the machine started, sleep included. */
  uptimeMs(): number;
  /** CLOCK_MONOTONIC of the machine at 0 of this clock, ms; absent: not a clock of this machine. */
  zeroMs?(): number;
  /** Calls `ring` once, not before `atMs`. Refuses NaN; waits longer than 2^31-1 ms in several sleeps. */
  wake(atMs: number, ring: () => void): Alarm;
}

const LONGEST_SLEEP_MS = 2 ** 31 - 1;

/** Real time and real timers, from any origin of `nowMs`. */
const clockBy = (nowMs: () => number): Clock => ({
  nowMs,
  wallMs: () => Date.now(),
  uptimeMs: () => uptime() * 1_000,
  wake(atMs, ring) {
    if (Number.isNaN(atMs)) throw new RangeError("a timer needs a time, got NaN");
    if (atMs === Number.POSITIVE_INFINITY) return { cancel() {} };
    let timer: NodeJS.Timeout;
    const sleep = () => {
      const restMs = Math.max(0, Math.ceil(atMs - nowMs()));
      timer = setTimeout(wakeUp, Math.min(restMs, LONGEST_SLEEP_MS));
    };
    // libuv counts whole milliseconds of a separate clock: a timer rings up to 1 ms early.
    const wakeUp = () => (nowMs() < atMs ? sleep() : ring());
    sleep();
    return { cancel: () => clearTimeout(timer) };
  },
});

export const systemClock: Clock = {
  ...clockBy(() => performance.now()),
  zeroMs: () => Number(systemOriginNs()) / 1_000_000,
};

/**
 * `process.hrtime` at which the system clock was 0. Threads share that counter, while each thread has a separate
 * `performance.now()`; a thread's `performance.timeOrigin` is wall time, which may have been set between the starts of
 * two threads.
 */
export const systemOriginNs = (): bigint =>
  originOf(process.hrtime.bigint, () => BigInt(Math.round(performance.now() * 1_000_000)));
/** Clock of another thread: the clock of the thread that read `systemOriginNs`. */
export const clockSince = (originNs: () => bigint): Clock =>
  clockBy(() => Number(process.hrtime.bigint() - originNs()) / 1_000_000);

/** Rings every `everyMs` on a fixed grid from `nowMs()`; rings missed during a sleep are skipped, not made up for. */
export const every = (clock: Clock, everyMs: number, ring: () => void): Alarm => {
  if (!(everyMs > 0)) throw new RangeError(`a grid needs a step above 0 ms, got ${everyMs}`);
  const startMs = clock.nowMs();
  let cancelled = false;
  let alarm: Alarm;
  const arm = () => {
    const passed = Math.floor((clock.nowMs() - startMs) / everyMs);
    alarm = clock.wake(startMs + (passed + 1) * everyMs, () => {
      try {
        ring();
      } finally {
        // A ring that throws must not be the last ring.
        if (!cancelled) arm();
      }
    });
  };
  arm();
  return {
    cancel() {
      cancelled = true;
      alarm.cancel();
    },
  };
};

const zeroOf = ({ zeroMs }: Clock): Pick<Clock, "zeroMs"> => (zeroMs === undefined ? {} : { zeroMs });

/** The clock with a moved wall time: the wall time of the database that several servers share. */
export const offsetBy = (clock: Clock, offsetMs: () => number): Clock => ({
  nowMs: () => clock.nowMs(),
  wallMs: () => clock.wallMs() + offsetMs(),
  uptimeMs: () => clock.uptimeMs(),
  ...zeroOf(clock),
  wake: (atMs, ring) => clock.wake(atMs, ring),
});

/**
 * The clock with every callback fenced in: an error that a callback throws goes to `fail`, and not up into the process.
 */
export const contained = (clock: Clock, fail: (error: unknown) => void): Clock => ({
  nowMs: () => clock.nowMs(),
  wallMs: () => clock.wallMs(),
  uptimeMs: () => clock.uptimeMs(),
  ...zeroOf(clock),
  wake: (atMs, ring) =>
    clock.wake(atMs, () => {
      try {
        ring();
      } catch (error) {
        fail(error);
      }
    }),
});

export const sleep = (clock: Clock, ms: number): Promise<void> =>
  new Promise((resolve) => {
    clock.wake(clock.nowMs() + ms, resolve);
  });

/** The work's result, or `late()` once `ms` have passed; the timer never outlives the work. */
export const within = <T>(clock: Clock, ms: number, work: Promise<T>, late: () => Error): Promise<T> =>
  new Promise((resolve, reject) => {
    const alarm = clock.wake(clock.nowMs() + ms, () => reject(late()));
    work.then(resolve, reject).finally(() => alarm.cancel());
  });

const GUARD_MS = 250;
const JUMP_MS = 1_000;

/**
 * Compares the three clocks every 250 ms (SAFETY.md 1). `performance.now()` stands still while the machine sleeps and
 * `os.uptime()` does not; wall time moves when set. More than 1 s apart from one reading to the next is a jump.
 */
export const guardJumps = (clock: Clock, onJump: (what: string) => void): Alarm => {
  const look = () => ({ now: clock.nowMs(), wall: clock.wallMs(), uptime: clock.uptimeMs() });
  let before = look();
  return every(clock, GUARD_MS, () => {
    const after = look();
    const passed = after.now - before.now;
    const wall = after.wall - before.wall - passed;
    const uptime = after.uptime - before.uptime - passed;
    before = after;
    const [name, byMs] = Math.abs(wall) >= Math.abs(uptime) ? ["wall clock", wall] : ["machine's uptime", uptime];
    if (Math.abs(byMs) > JUMP_MS) onJump(`the ${name} moved by ${Math.round(byMs)} ms against the monotonic clock`);
  });
};
