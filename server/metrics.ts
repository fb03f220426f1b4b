/** What a server counts of itself, for `/metrics`. A server without a place to count does not count: see `noMetrics`. */
import type { Verdict } from "../experiments/model/verdict.ts";

/** How things stand at the moment of a scrape. */
export interface Standing {
  readonly leads: boolean;
  /** Of the term; null: it does not lead. */
  readonly epoch: number | null;
  /** Whether starts are blocked until somebody releases them. */
  readonly halted: boolean;
  readonly runs: { readonly live: number; readonly queued: number };
  /** Faults that agents hold now, over all agents. */
  readonly liveFaults: number;
  readonly agents: { readonly connected: number; readonly ready: number };
  /** Milliseconds since the least recent pulse of a connected agent; null: there is none. */
  readonly oldestPulseMs: number | null;
  /** What to add to this machine's wall time to have the database's. */
  readonly clockOffsetMs: number;
}
/** Of a server that does not lead. */
export const IDLE: Standing = {
  ...{ leads: false, epoch: null, halted: false, liveFaults: 0, oldestPulseMs: null, clockOffsetMs: 0 },
  ...{ runs: { live: 0, queued: 0 }, agents: { connected: 0, ready: 0 } },
};
export interface Answered {
  readonly method: string;
  /** As it is declared, `/api/v1/runs/:id`: never a path, which anybody can make up. */
  readonly route: string;
  readonly status: number;
  readonly seconds: number;
}
export interface Metrics {
  answered(answered: Answered): void;
  finished(verdict: Verdict): void;
  /** Asked at each scrape. */
  standing(read: () => Standing): void;
  render(): Promise<{ readonly type: string; readonly text: string }>;
}
export const noMetrics: Metrics = {
  answered() {},
  finished() {},
  standing() {},
  render: async () => ({ type: "text/plain; version=0.0.4; charset=utf-8", text: "" }),
};
