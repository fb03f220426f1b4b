/**
 * Schema of the tables. Times are Unix milliseconds unless the name says otherwise; flags are 0 or 1; JSON is kept as
 * text, so that both databases return the stored text unchanged.
 */
import type { Generated, Kysely, Transaction } from "kysely";
import type { AgentBoot, Instance, RunId } from "../../experiments/model/names.ts";

export interface Schema {
  /** Single values: `cluster` names this database to agents, which drop all faults when the name changes. */
  meta: { key: string; value: string };
  /** Leader's row, id 1. */
  leader: {
    id: number;
    /** Epoch, +1 with each election; fences writes and messages of an earlier leader. */
    epoch: number;
    /** Holder: id of the leading process; null: none, the last leader resigned. */
    holder: string | null;
    /** URL at which clients and agents find the leader. */
    url: string | null;
    /** Beat, +1 with each renewal and election: a standby that sees the same beat twice saw no renewal in between. */
    beat: number;
    /** Expiry by the database's clock. null: valid for as long as the holder has the lock of the SQLite file. */
    expires_ms: number | null;
  };
  /** Gate's row, id 1: locked by each start, halt, claim or release. */
  gate: { id: number; halted_reason: string | null; halted_by: string | null; halted_ms: number | null };
  /** Rows of runs: the columns that lists show without folding journals. */
  runs: {
    id: RunId;
    experiment: string;
    file: string | null;
    state: string;
    verdict: string | null;
    because: string | null;
    reason: string;
    seed: number;
    started_ms: number;
    duration_ms: number;
    /** Flag: 1 once the journal has the `closed` record. */
    closed: number;
    /** Epoch of the leader that owns the run; null: the run is older than leader election. */
    epoch: number | null;
    /** JSON object of strings. `insertRun` also writes the labels to `run_labels`. */
    labels: Generated<string>;
    schedule: string | null;
    /** Version of the stored experiment that was run; null: the experiment came with the start. */
    version: number | null;
    started_by: string | null;
    /** Priority, the greater first. */
    priority: Generated<number>;
    queued_ms: number | null;
    /** Flag: 1 while retention deletes the run piece by piece: no list shows the run. */
    forgotten: Generated<number>;
    /** JSON of `RadiusCounts`; null: no hit yet, or the run is older than this column. */
    radius: string | null;
  };
  /** Labels of `runs`, for queries. */
  run_labels: { run: RunId; key: string; value: string };
  journal: { run: RunId; sequence: number; wall_ms: number; entry: string; hash: string };
  /**
   * Agent processes that said hello, so that a later server can check if a process still lives, and knows the
   * credential of each. Deleted an hour after the last message of the process.
   */
  boots: {
    boot: AgentBoot;
    instance: Instance;
    service: string | null;
    /** Id of the token that the agent used, `local` for the server's own; null: older than this column. */
    credential: string | null;
    met_ms: number;
    pid: number;
    /** Start time of the process in clock ticks since boot, from /proc; null where there is no /proc. */
    pid_started: string | null;
    /** Boot id of the machine: after a reboot every earlier pid is gone. */
    machine_boot: string | null;
  };
  /** Claims of runs on resources: exclusive (at most a single claim per resource) or shared. */
  claims: { resource: string; run: RunId; mode: "exclusive" | "shared" };
  /** All documents ever applied: a change is a new version, a removal is a version with `deleted` 1. */
  documents: {
    kind: string;
    name: string;
    /** Version from 1, without gaps. */
    version: number;
    content: string;
    /** SHA-256 of `content`, hex. */
    digest: string;
    applied_by: string;
    applied_ms: number;
    deleted: number;
  };
  /** Instants of schedules, a row each, whatever the outcome. */
  instants: {
    schedule: string;
    instant_ms: number;
    outcome: string;
    /** Reason why no run was started, or why a run was started outside cron; else empty. */
    reason: Generated<string>;
    run: RunId | null;
    at_ms: number;
    /** Flag: 1 once the consequences of the run's verdict were carried out. */
    reacted: Generated<number>;
  };
  schedule_states: {
    schedule: string;
    paused_reason: string | null;
    paused_by: string | null;
    paused_ms: number | null;
    /** Instants up to this time were considered; null: none yet. */
    considered_ms: number | null;
    retries_left: number | null;
    retry_ms: number | null;
  };
  tokens: {
    id: string;
    name: string;
    role: string;
    /** Hash of the secret; the secret itself is not stored. */
    hash: string;
    service: string | null;
    /** JSON array of edge ids; null: all edges. */
    edges: string | null;
    instance: Instance | null;
    /** Parent of a session: the token that opened the session, and without which the session is void. */
    parent: string | null;
    /** Join token of an agent's credential: without the join token the credential is void. */
    joined_with: string | null;
    created_by: string;
    created_ms: number;
    expires_ms: number | null;
    revoked_ms: number | null;
    last_used_ms: number | null;
  };
  audit: {
    /** Id that sorts by time. */
    id: string;
    at_ms: number;
    principal: string;
    role: string;
    action: string;
    target: string;
    outcome: string;
    detail: string;
    /** Id of the request; null: the write came without a request, or is older than this column. */
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
    /** Time of delivery or of giving up; null: still to be tried. */
    done_ms: number | null;
    problem: string | null;
  };
  /** Idempotency keys and the run that each key started. */
  starts: { key: string; principal: string; body_digest: string; run: RunId; at_ms: number };
}
/** Handle for every function of the store: inside a transaction the outer handle would deadlock. */
export type Db = Kysely<Schema> | Transaction<Schema>;
/** Handle for work that is valid only together with other work in the same transaction. */
export type Tx = Transaction<Schema>;
