/** Clock jumps: notices that the clocks of this machine no longer agree: it slept, was migrated, or somebody set the time (SAFETY.md 1). */
import type { Clock } from "./clock.ts";

const EVERY_MS = 250;
const APART_MS = 1_000;

export interface ClockReading {
  /** Does not count the machine's sleep. */
  readonly monotonicMs: number;
  readonly wallMs: number;
  /** Counts it. Whole seconds on some systems: hence a full second of tolerance. */
  readonly uptimeMs: number;
}

/** Calls `onJump` when, between two looks, one clock went more than a second further than another. */
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
