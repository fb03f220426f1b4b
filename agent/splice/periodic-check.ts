/** Periodic check of an edge's open connections for timeouts, repeated as long as there are connections to check. */
import type { Alarm, Clock } from "../clock/clock.ts";
import type { HttpLimits } from "./http1-edge-context.ts";

/** Interval, ms, of the check of all open connections for timeouts: a timer for each request would cost more. */
const LOOK_MS = 1_000;
/**
 * Lateness of a check, ms, above which idle connections may only seem idle, because the agent's own stall kept
 * connections from being read: timers fire before sockets are read. Closing a connection then would lose the request
 * that waits there, so the check waits for a turn of the loop.
 */
const LATE_MS = 50;
const BEHIND_BUFFERS_MS = 20;

export class PeriodicCheck {
  readonly #clock: Clock;
  readonly #limits: () => HttpLimits;
  readonly #look: (nowMs: number) => boolean;
  #alarm: Alarm | null = null;
  #ended = false;

  constructor(clock: Clock, limits: () => HttpLimits, look: (nowMs: number) => boolean) {
    this.#clock = clock;
    this.#limits = limits;
    this.#look = look;
  }
  begin(): void {
    if (this.#alarm !== null || this.#ended) return;
    const { headMs, idleMs, stallMs, halfClosedMs, tunnelMs, lingerMs } = this.#limits();
    const shortestMs = Math.min(headMs, idleMs, stallMs, halfClosedMs, tunnelMs, lingerMs);
    const everyMs = Math.max(10, Math.min(LOOK_MS, shortestMs / 4));
    // The next multiple of the interval: the checks of all edges then share a wake of the process.
    const dueMs = (Math.floor(this.#clock.nowMs() / everyMs) + 1) * everyMs;
    const look = () => {
      this.#alarm = null;
      if (this.#look(this.#clock.nowMs())) this.begin();
    };
    const lookInTime = () => {
      const nowMs = this.#clock.nowMs();
      if (nowMs - dueMs <= LATE_MS) look();
      else this.#alarm = this.#clock.wake(nowMs + BEHIND_BUFFERS_MS, look);
    };
    this.#alarm = this.#clock.wake(dueMs, lookInTime);
  }
  end(): void {
    this.#ended = true;
    this.#alarm?.cancel();
    this.#alarm = null;
  }
}
