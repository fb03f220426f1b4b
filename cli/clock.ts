/** The command line's only timers and clocks, for the display; no verdict or decision depends on them. */
export interface Ticker {
  stop(): void;
}
export interface Clock {
  /** Monotonic milliseconds. */
  nowMs(): number;
  /** Unix milliseconds; shown to people, never used to decide. */
  wallMs(): number;
  /** Calls again and again, and never keeps the process alive. */
  every(ms: number, call: () => void): Ticker;
  /** Calls once, unless stopped before. The timer never keeps the process alive. */
  after(ms: number, call: () => void): Ticker;
  sleep(ms: number): Promise<void>;
}
export const systemClock: Clock = {
  nowMs: () => performance.now(),
  wallMs: () => Date.now(),
  every(ms, call) {
    const timer = setInterval(call, ms).unref();
    return { stop: () => clearInterval(timer) };
  },
  after(ms, call) {
    const timer = setTimeout(call, ms).unref();
    return { stop: () => clearTimeout(timer) };
  },
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};
