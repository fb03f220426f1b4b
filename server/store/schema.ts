/**
 * The tables. Times are Unix milliseconds unless the name says otherwise; flags are 0 or 1; JSON is kept as text, so that
 * both databases give back what was put in.
 */
import type { Generated, Kysely, Transaction } from "kysely";

export interface Schema {
  /** Single values: `cluster` names this database to agents, which drop everything when it changes. */
  meta: { key: string; value: string };
  /** One row, id 1: who leads. */
  leader: {
    id: number;
    /** +1 with each election; fences what an earlier leader wrote or sent. */
    epoch: number;
    /** One process; null: nobody, the last one resigned. */
    holder: string | null;
    /** Where clients and agents find the leader. */
    url: string | null;
    /** +1 with each renewal and election: who sees the same beat twice saw no renewal in between. */
    beat: number;
    /** By the database's clock. null: for as long as the holder has the lock of the SQLite file. */
    expires_ms: number | null;
  };
  /** One row, id 1: locked by whatever starts, halts, claims or releases. */
  gate: { id: number; halted_reason: string | null; halted_by: string | null; halted_ms: number | null };
  /** One row a run: what lists show without folding journals. */
  runs: {
    id: string;
    experiment: string;
    file: string | null;
    state: string;
    verdict: string | null;
    because: string | null;
    reason: string;
    seed: number;
    started_ms: number;
    duration_ms: number;
    /** 1 once the journal has its `closed` record. */
    closed: number;
    /** Of the leader that owns it; null: from a time before there were leaders. */
    epoch: number | null;
    /** JSON object of strings. `insertRun` writes it to `run_labels` too. */
    labels: Generated<string>;
    schedule: string | null;
    /** Of the stored experiment that it ran; null: the experiment came with the start. */
    version: number | null;
    started_by: string | null;
    /** The greater is taken up first. */
    priority: Generated<number>;
    queued_ms: number | null;
    /** 1 while retention is taking it away, piece by piece: no list shows it. */
    forgotten: Generated<number>;
    /** JSON of `RadiusCounts`; null: nothing was hit yet, or it is from before this was written down. */
    radius: string | null;
  };
  /** The labels of `runs`, to be found by. */
  run_labels: { run: string; key: string; value: string };
  journal: { run: string; sequence: number; wall_ms: number; entry: string; hash: string };
  /**
   * Agent processes that said hello, so that a later server can look whether they still live, and knows whose word counts
   * for each. Gone an hour after the process was last heard of.
   */
  boots: {
    boot: string;
    instance: string;
    service: string | null;
    /** Id of the token that it came with, `local` for the server's own; null: from before that was written down. */
    credential: string | null;
    met_ms: number;
    pid: number;
    /** Start time of the process in clock ticks since boot, from /proc; null where there is no /proc. */
    pid_started: string | null;
    /** Boot id of the machine: after a reboot every pid of before is gone. */
    machine_boot: string | null;
  };
  /** What a run may touch alone (exclusive, at most one a resource) or beside others (shared). */
  claims: { resource: string; run: string; mode: "exclusive" | "shared" };
  /** Everything that was ever applied: a change is a new version, a removal is one with `deleted` 1. */
  documents: {
    kind: string;
    name: string;
    /** From 1, without gaps. */
    version: number;
    content: string;
    /** SHA-256 of `content`, hex. */
    digest: string;
    applied_by: string;
    applied_ms: number;
    deleted: number;
  };
  /** Each instant of a schedule once, whatever became of it. */
  instants: {
    schedule: string;
    instant_ms: number;
    outcome: string;
    /** Why nothing was started, or why it was beside what cron says; else empty. */
    reason: Generated<string>;
    run: string | null;
    at_ms: number;
    /** 1 once what follows from the verdict of its run was done. */
    reacted: Generated<number>;
  };
  schedule_states: {
    schedule: string;
    paused_reason: string | null;
    paused_by: string | null;
    paused_ms: number | null;
    /** Instants up to this one were looked at; null: none yet. */
    considered_ms: number | null;
    retries_left: number | null;
    retry_ms: number | null;
  };
  tokens: {
    id: string;
    name: string;
    role: string;
    /** Of the secret; the secret itself is nowhere. */
    hash: string;
    service: string | null;
    /** JSON array of edge ids; null: any. */
    edges: string | null;
    instance: string | null;
    /** Of a session: the token that it was opened with, and without which it is void. */
    parent: string | null;
    /** Of an agent's credential: the join token that it was given for, and without which it is void. */
    joined_with: string | null;
    created_by: string;
    created_ms: number;
    expires_ms: number | null;
    revoked_ms: number | null;
    last_used_ms: number | null;
  };
  audit: {
    /** Sorts by time. */
    id: string;
    at_ms: number;
    principal: string;
    role: string;
    action: string;
    target: string;
    outcome: string;
    detail: string;
    /** Id of the request; null: it was none, or from before that was written down. */
    request: string | null;
  };
  /** The outbox of webhooks. */
  deliveries: {
    id: string;
    webhook: string;
    event: string;
    body: string;
    attempts: number;
    next_ms: number;
    /** Delivered or given up; null: still to be tried. */
    done_ms: number | null;
    problem: string | null;
  };
  /** Which run an idempotency key started. */
  starts: { key: string; principal: string; body_digest: string; run: string; at_ms: number };
}
/** What every function of the store takes: inside a transaction the outer handle would deadlock. */
export type Db = Kysely<Schema> | Transaction<Schema>;
/** For what holds only together with something else in the same transaction. */
export type Tx = Transaction<Schema>;
