/** The server's own metrics, for `/metrics`. A server without a metrics object counts no events: see `noMetrics`. */
import type { EdgeId } from "../../experiments/model/names.ts";
import type { Verdict } from "../../experiments/model/verdict/verdict.ts";
import type { DatabaseErrorKind } from "../store/database-failure.ts";
import type { ExchangeCounts } from "../traffic/exchange-history.ts";
import type { Attempt } from "../webhooks/webhook.ts";

/** Transport tiers of agents (DATA-PATH.md 3); `unknown`: not reported, or of a later version. */
export const TRANSPORT_TIERS = ["raw", "onread", "data", "unknown"] as const;
export type TransportTier = (typeof TRANSPORT_TIERS)[number];

/** The status of a server at the moment of a scrape. */
export interface ServerStatus {
  readonly leads: boolean;
  /** Epoch of the leadership; null: the server does not lead. */
  readonly epoch: number | null;
  /** True while starts are blocked until an operator releases them. */
  readonly halted: boolean;
  readonly runs: { readonly live: number; readonly queued: number };
  /** Time since the oldest queued run was submitted; 0: no queued run. */
  readonly oldestQueuedMs: number;
  /** Runs whose faults could not be shown gone, and that no operator has released. */
  readonly residueOpen: number;
  /** Faults that agents hold now, over all agents. */
  readonly liveFaults: number;
  /** Instances, each in exactly one state. */
  readonly agents: { readonly ready: number; readonly connecting: number; readonly gone: number };
  /** Connected instances by the transport tier that they report. */
  readonly transports: Readonly<Record<TransportTier, number>>;
  /** Silence of the agent that was silent longest, including gone agents; 0: no agents. */
  readonly oldestPulseMs: number;
  /** Deliveries still to be tried, by webhook; null: the database did not answer. */
  readonly pending: Readonly<Record<string, number>> | null;
  /** Offset to add to this machine's wall time for the database's wall time. */
  readonly clockOffsetMs: number;
}
/** Status of a server that does not lead. */
export const NOT_LEADING: ServerStatus = {
  ...{ leads: false, epoch: null, halted: false, liveFaults: 0, oldestPulseMs: 0, oldestQueuedMs: 0, residueOpen: 0 },
  ...{ runs: { live: 0, queued: 0 }, agents: { ready: 0, connecting: 0, gone: 0 }, pending: {}, clockOffsetMs: 0 },
  transports: { raw: 0, onread: 0, data: 0, unknown: 0 },
};
export interface AnsweredRequest {
  readonly method: string;
  /** Declared route, `/api/v1/runs/:id`: never a request's path, which any client can make up. */
  readonly route: string;
  readonly status: number;
  readonly seconds: number;
}

export interface Metrics {
  answered(answered: AnsweredRequest): void;
  finished(verdict: Verdict): void;
  /** Counts more exchanges that ended on an edge; none: an agent began to report the edge. */
  passed(edge: EdgeId, counted: ExchangeCounts): void;
  /** Counts callers of an edge that an agent refused itself, or answered in the callee's place. */
  refused(edge: EdgeId, code: string, count: number): void;
  /** Counts connections of no declared caller to a service; none: an agent began to report the service. */
  strangers(service: string, count: number): void;
  /** Counts an instant of a schedule, by outcome. */
  instant(outcome: string): void;
  attempted(webhook: string, attempt: Attempt): void;
  databaseFailed(kind: DatabaseErrorKind): void;
  /** Sets the names of the configured webhooks, whose series begin at 0. */
  webhooks(names: readonly string[]): void;
  /** Sets the function that reads the status at each scrape. */
  observeStatus(read: () => Promise<ServerStatus>): void;
  render(): Promise<{ readonly type: string; readonly text: string }>;
}
export const noMetrics: Metrics = {
  answered() {},
  finished() {},
  passed() {},
  refused() {},
  strangers() {},
  instant() {},
  attempted() {},
  databaseFailed() {},
  webhooks() {},
  observeStatus() {},
  render: async () => ({ type: "text/plain; version=0.0.4; charset=utf-8", text: "" }),
};
