/** The only place of the dashboard that reads a clock or sets a timer. */
import { useEffect, useState } from "react";

/** Monotonic, ms: for ages and waiting. */
export const nowMs = (): number => performance.now();
/** Wall clock in Unix ms: only for the display of ages. */
export const wallMs = (): number => Date.now();

/** A moment by both clocks: a laptop that sleeps stops the monotonic clock, and the wall clock may be set. */
export interface ClockReading {
  readonly nowMs: number;
  readonly wallMs: number;
}
export const moment = (): ClockReading => ({ nowMs: nowMs(), wallMs: wallMs() });

/** Resolves after `ms`, or early and without an error on abort. */
export const sleep = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const timer = setTimeout(done, ms);
    function done() {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    }
    signal.addEventListener("abort", done);
  });

export interface Patience {
  /** Starts anew. */
  renew(): void;
  end(): void;
}
/** Watchdog: calls `onOver` once `ms` have passed without a renewal. */
export const patience = (ms: number, onOver: () => void): Patience => {
  let timer = setTimeout(onOver, ms);
  return {
    renew() {
      clearTimeout(timer);
      timer = setTimeout(onOver, ms);
    },
    end: () => clearTimeout(timer),
  };
};

/** Calls every so many ms until the answer is called. */
export const every = (ms: number, call: () => void): (() => void) => {
  const timer = setInterval(call, ms);
  return () => clearInterval(timer);
};

/** Calls at most once in `ms`, and never loses the last call. */
export const atMostEvery = (ms: number, call: () => void): { ask(): void; end(): void } => {
  let timer: ReturnType<typeof setTimeout> | null = null;
  return {
    ask() {
      timer ??= setTimeout(() => {
        timer = null;
        call();
      }, ms);
    },
    end: () => {
      if (timer !== null) clearTimeout(timer);
    },
  };
};

/** Monotonic and wall time, read again every `everyMs`; null: the time stands still. */
export const useNow = (everyMs: number | null): ClockReading => {
  const [now, setNow] = useState(moment);
  useEffect(() => {
    if (everyMs === null) return;
    const timer = setInterval(() => setNow(moment()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
};
