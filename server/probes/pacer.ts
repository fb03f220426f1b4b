/** Pacer of samples: an open loop keeps time regardless of the answers; a poll waits for each answer. */
import type { Pace } from "../../experiments/model/probes/probe.ts";
import type { Alarm, Clock } from "../clock.ts";

export interface Pacer extends Alarm {
  /**
   * Sends at once all samples intended before this moment and still unsent. A sample intended for this very moment
   * belongs to the time after.
   */
  catchUp(): void;
}

/**
 * Calls `send` with the intended time of each sample, the first at `startMs`. Open loop: every intended time is sent,
 * late or not, so that a stall of this process shows as late samples instead of missing samples. Poll: samples that
 * would have fallen into a longer sample are left out.
 */
export const startPacer = (
  clock: Clock,
  { everyMs, openLoop }: Pace,
  startMs: number,
  send: (intendedMs: number) => Promise<void>,
  /** Takes errors that `send` rejects with: samples lost unnoticed could turn a run green. */
  fail: (error: unknown) => void,
): Pacer => {
  let next = 0;
  let stopped = false;
  let alarm: Alarm = { cancel() {} };
  const timeOf = (index: number) => startMs + index * everyMs;
  const arm = () => {
    alarm.cancel();
    if (!stopped) alarm = clock.wake(timeOf(next), ring);
  };
  const sendWhat = (isDue: (atMs: number) => boolean) => {
    while (!stopped && isDue(timeOf(next))) send(timeOf(next++)).catch(fail);
  };
  const poll = async () => {
    await send(clock.nowMs());
    next = Math.max(next + 1, Math.ceil((clock.nowMs() - startMs) / everyMs));
    arm();
  };
  const ring = () => {
    if (stopped) return;
    if (!openLoop) {
      poll().catch(fail);
      return;
    }
    sendWhat((atMs) => atMs <= clock.nowMs());
    arm();
  };
  arm();
  return {
    cancel() {
      stopped = true;
      alarm.cancel();
    },
    catchUp() {
      if (!openLoop) return;
      sendWhat((atMs) => atMs < clock.nowMs());
      arm();
    },
  };
};
