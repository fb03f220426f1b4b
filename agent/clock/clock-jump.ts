/**
 * Clock jumps: notices that this machine's clocks no longer agree, after a sleep, a migration or a change of the time
 * (SAFETY.md 1).
 */
import type { Clock } from "./clock.ts";

/** Interval while faults are held. */
const EVERY_MS = 250;
/** Interval without faults: a jump then has no fault to end, and each look wakes an idle process. */
const IDLE_EVERY_MS = 5_000;
const APART_MS = 1_000;

export interface ClockReading {
  /** Monotonic time, which excludes the machine's sleep. */
  readonly monotonicMs: number;
  readonly wallMs: number;
  /** Counts the machine's sleep. Whole seconds on some systems: hence a full second of tolerance. */
  readonly uptimeMs: number;
}

export interface ClockJumpDetector {
  /** Says whether faults are held. A jump from before the faults came is noticed in the next turn of the loop. */
  watchFaults(areHeld: boolean): void;
  stop(): void;
}

/** Calls `onJump` when, between two readings, a clock went more than a second further than another clock. */
export const detectClockJumps = (
  clock: Clock,
  read: () => ClockReading,
  onJump: (apartMs: number) => void,
): ClockJumpDetector => {
  let last = read();
  let areHeld = false;
  let isStopped = false;
  const look = () => {
    const reading = read();
    const steps = [
      reading.monotonicMs - last.monotonicMs,
      reading.wallMs - last.wallMs,
      reading.uptimeMs - last.uptimeMs,
    ];
    last = reading;
    const apartMs = Math.max(...steps) - Math.min(...steps);
    if (apartMs > APART_MS) onJump(apartMs);
    alarm = clock.wake(clock.nowMs() + (areHeld ? EVERY_MS : IDLE_EVERY_MS), look);
  };
  let alarm = clock.wake(clock.nowMs() + IDLE_EVERY_MS, look);
  return {
    watchFaults(held) {
      const haveCome = held && !areHeld;
      areHeld = held;
      if (!haveCome || isStopped) return;
      alarm.cancel();
      alarm = clock.wake(clock.nowMs(), look);
    },
    stop() {
      isStopped = true;
      alarm.cancel();
    },
  };
};
