/** What a server counts of itself, for `/metrics`. A server without a place to count does not count: see `noMetrics`. */
import type { EdgeId } from "../experiments/model/names.ts";
import type { Verdict } from "../experiments/model/verdict/verdict.ts";
import type { ExchangeCounts } from "./traffic/exchange-history.ts";

/** The status of a server at the moment of a scrape. */
export interface ServerStatus {
  readonly leads: boolean;
  /** Of the leadership; null: it does not lead. */
  readonly epoch: number | null;
  /** Whether starts are blocked until somebody releases them. */
  readonly halted: boolean;
  readonly runs: { readonly live: number; readonly queued: number };
  /** Since the oldest run that waits for its turn was submitted; 0: none waits. */
  readonly oldestQueuedMs: number;
  /** Runs whose faults could not be shown gone, and that nobody has released. */
  readonly residueOpen: number;
  /** Faults that agents hold now, over all agents. */
  readonly liveFaults: number;
  /** Instances, each in one state. */
  readonly agents: { readonly ready: number; readonly connecting: number; readonly gone: number };
  /** Silence of the agent that was silent longest, agents that are gone among them; 0: no agents. */
  readonly oldestPulseMs: number;
  /** Deliveries that still are to be tried, by webhook; null: the database did not say. */
  readonly pending: Readonly<Record<string, number>> | null;
  /** What to add to this machine's wall time to have the database's. */
  readonly clockOffsetMs: number;
}
/** Of a server that does not lead. */
export const NOT_LEADING: ServerStatus = {
  ...{ leads: false, epoch: null, halted: false, liveFaults: 0, oldestPulseMs: 0, oldestQueuedMs: 0, residueOpen: 0 },
  ...{ runs: { live: 0, queued: 0 }, agents: { ready: 0, connecting: 0, gone: 0 }, pending: {}, clockOffsetMs: 0 },
};
export interface AnsweredRequest {
  readonly method: string;
  /** As it is declared, `/api/v1/runs/:id`: never a path, which anybody can make up. */
  readonly route: string;
  readonly status: number;
  readonly seconds: number;
}
/** What came of one attempt to tell a webhook: `failed` is tried again. */
export const ATTEMPTS = ["delivered", "failed", "given-up"] as const;
export type Attempt = (typeof ATTEMPTS)[number];
/** `connection`: one could not be had, or was lost; `query`: one was not answered, or refused. */
export const DATABASE_ERRORS = ["connection", "query"] as const;
export type DatabaseErrorKind = (typeof DATABASE_ERRORS)[number];

export interface Metrics {
  answered(answered: AnsweredRequest): void;
  finished(verdict: Verdict): void;
  /** More exchanges ended on an edge; none: an agent began to tell of it. */
  passed(edge: EdgeId, counted: ExchangeCounts): void;
  /** An instant of a schedule, by what became of it. */
  instant(outcome: string): void;
  attempted(webhook: string, attempt: Attempt): void;
  databaseFailed(kind: DatabaseErrorKind): void;
  /** Names of the webhooks that there are: their series begin at 0. */
  webhooks(names: readonly string[]): void;
  /** Asked at each scrape. */
  observeStatus(read: () => Promise<ServerStatus>): void;
  render(): Promise<{ readonly type: string; readonly text: string }>;
}
export const noMetrics: Metrics = {
  answered() {},
  finished() {},
  passed() {},
  instant() {},
  attempted() {},
  databaseFailed() {},
  webhooks() {},
  observeStatus() {},
  render: async () => ({ type: "text/plain; version=0.0.4; charset=utf-8", text: "" }),
};
