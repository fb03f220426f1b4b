/**
 * Clock jumps: notices that this machine's clocks no longer agree, after a sleep, a migration or a change of the time
 * (SAFETY.md 1).
 */
import type { Clock } from "./clock.ts";

const EVERY_MS = 250;
const APART_MS = 1_000;

export interface ClockReading {
  /** Monotonic time, which excludes the machine's sleep. */
  readonly monotonicMs: number;
  readonly wallMs: number;
  /** Counts the machine's sleep. Whole seconds on some systems: hence a full second of tolerance. */
  readonly uptimeMs: number;
}

/** Calls `onJump` when, between two readings, a clock went more than a second further than another clock. */
export const detectClockJumps = (clock: Clock, read: () => ClockReading, onJump: (apartMs: number) => void) => {
  let last = read();
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
    alarm = clock.wake(clock.nowMs() + EVERY_MS, look);
  };
  let alarm = clock.wake(clock.nowMs() + EVERY_MS, look);
  return { stop: () => alarm.cancel() };
};
