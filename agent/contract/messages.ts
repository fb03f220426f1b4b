/**
 * Messages between server and agent (SAFETY.md 1): plain JSON over a single WebSocket that the agent opens. The zod
 * schemas in `schemas.ts` are held to these types.
 */

import type { Share } from "../../experiments/model/experiment.ts";
import type { Protocol } from "../../experiments/model/faults/fault.ts";
import type { FaultAction } from "../../experiments/model/faults/index.ts";
import type { Criteria } from "../../experiments/model/match/criteria.ts";
import type { Match } from "../../experiments/model/match/match.ts";
import type { Boot, EdgeId, FaultId, FaultName, Instance, RunId, ServiceName } from "../../experiments/model/names.ts";
import type { Receipt } from "../../experiments/model/verdict/receipt.ts";
import type { BadSample } from "../../experiments/model/verdict/tally.ts";

/**
 * Version of the contract. Between different versions only the messages marked as frozen are believed, and unknown keys
 * in frozen messages are passed over: `welcome`, `drop`, the core of `hello` and of `attest`. An agent of another
 * version keeps the edges already served, gets no faults, and can be audited.
 */
export const CONTRACT_VERSION = 2;
/**
 * Count of additions to this version. A server says in `welcome` up to which addition the server knows, and an agent
 * sends no later additions. 1: `firstHitMs`, `firstCappedMs`, `cancelled`, `left`, `struck`, `openStruck`, `errored`,
 * `firstErrored`, `stalls`. 2: `unknown`. 3: `refused`.
 */
export const CONTRACT_MINOR = 3;
export const LEASE_MS = 5_000;
export const PULSE_MS = 1_000;
/** Longest life of any fault order: 2 h. */
export const LONGEST_FAULT_MS = 7_200_000;

/** Order for a fault on an edge: the server's desired state. */
export interface FaultOrder {
  readonly id: FaultId;
  readonly run: RunId;
  readonly name: FaultName;
  readonly edge: EdgeId;
  /** Callee addresses that the fault applies to; null: all. */
  readonly endpoints: readonly string[] | null;
  readonly action: FaultAction;
  readonly match: Match | null;
  readonly share: Share;
  readonly pulse: { readonly liveMs: number; readonly restMs: number } | null;
  readonly seed: number;
  readonly stealth: boolean;
  /** A shadow fault matches and counts exchanges, and never touches any. */
  readonly shadow: boolean;
  /**
   * The fault ends by itself at sentAt[basis] + notAfterMs. Two orders that differ only here are the same order; a new
   * value never moves an end later.
   */
  readonly notAfterMs: number;
}
/** Criteria that agents judge by: agents read no bodies, probe no values and run no commands. */
export type WatchCriteria = Pick<Criteria, "status" | "withinMs" | "headers" | "connectMs" | "end">;
/**
 * Watch of an edge: while the watch is listed, the agent counts good and bad exchanges by the time each exchange began.
 */
export interface Watch {
  /** `${run}/${expectation}/${phase}`. */
  readonly id: string;
  readonly edge: EdgeId;
  readonly match: Match | null;
  readonly of: "all" | "treated" | "untreated";
  readonly good: WatchCriteria;
  /** True: reasons quote header values; absent: no header value is quoted. */
  readonly capture?: true;
  /**
   * Verdict on an exchange that the caller gave up. Absent: bad if the caller had waited longer than `good.withinMs`,
   * or, without that limit, than the 99th percentile of the baseline; otherwise left out. An agent that does not know
   * this key refuses the order.
   */
  readonly cancelled?: "bad" | "ignore" | "judge";
}
/**
 * A fault whose marked exchanges a run asks for, whether or not the fault is live: the matching exchanges are noted
 * from the baseline on.
 */
export interface MarkedFault {
  readonly id: FaultId;
  readonly edge: EdgeId;
  readonly match: Match | null;
  /** Callee addresses, as in a fault order. */
  readonly endpoints: readonly string[] | null;
}
/**
 * Key that identifies the probe requests of a run (`experiments/model/verdict/mark.ts`). Key and tag are never logged.
 */
export interface MarkOrder {
  readonly run: RunId;
  /** 32 hexadecimal digits. */
  readonly key: string;
  readonly tag: number;
  readonly faults: readonly MarkedFault[];
}
export interface EdgeOrder {
  readonly id: EdgeId;
  readonly listen: string;
  readonly protocol: Protocol;
  readonly endpoints: readonly string[];
  /** Requests for exactly this path are never hit, unless a fault's match names a `path`. null: none. */
  readonly healthPath: string | null;
}
/**
 * An edge that an agent read from a local configuration file, reported for discovery. The server decides which edges
 * the agent serves.
 */
export interface EdgeOffer {
  readonly from: ServiceName;
  readonly to: ServiceName;
  readonly listen: string;
  readonly protocol: Protocol;
  readonly endpoints: readonly string[];
  readonly healthPath: string | null;
}
export type Labels = Readonly<Record<string, string>>;

/** WebSocket close codes that the server sends. After any other code the agent may try again. */
export const CLOSED = {
  /** A second connection of the same process has taken over. */
  replaced: 4001,
  /** The agent sent a message that the contract does not allow. */
  misspoke: 4002,
  /** Another server leads; the close reason is the leader's URL, or empty. */
  notLeader: 4003,
  /** The agent was silent for too long, or did not read the server's messages. */
  stalled: 4004,
  /** The agent's credential names another instance or service than the agent's hello. */
  impostor: 4005,
} as const;

/** Position of an agent's fault table. The table starts empty; (epoch, gen) stays as a high-water mark when emptied. */
export interface TableMark {
  readonly epoch: number;
  readonly gen: number;
}

export type ToAgent =
  /** Frozen. `edges`: the whole set that the agent serves from here on; null: the edges already served. */
  | {
      readonly type: "welcome";
      readonly session: string;
      readonly epoch: number;
      readonly leaseMs: number;
      readonly edges: readonly EdgeOrder[] | null;
      /** The server's `CONTRACT_MINOR`; absent: 0. */
      readonly minor?: number;
      /**
       * Cluster that the epochs belong to: servers that share a database share a cluster. Absent: the server does not
       * say.
       */
      readonly cluster?: string;
    }
  /** The mesh has changed: the whole set of edges again. An unchanged edge keeps connections, faults and counts. */
  | { readonly type: "edges"; readonly session: string; readonly edges: readonly EdgeOrder[] }
  /**
   * The whole desired state of this agent, merged over all runs. `basis`: the pulse that this message answers; the
   * lease counts from when that pulse was sent.
   */
  | {
      readonly type: "apply";
      readonly session: string;
      readonly epoch: number;
      readonly gen: number;
      readonly basis: number;
      readonly leaseMs: number;
      readonly faults: readonly FaultOrder[];
      readonly watches: readonly Watch[];
      /** The agent's part of each run's `limits.requests`, over the whole run; keyed by run. */
      readonly allotments: Readonly<Record<RunId, number>>;
      /** Sent only to agents with the capability `marks`, like `noted` messages: other agents refuse an unknown key. */
      readonly marks?: readonly MarkOrder[];
    }
  | {
      readonly type: "renew";
      readonly session: string;
      readonly epoch: number;
      readonly gen: number;
      readonly basis: number;
      readonly leaseMs: number;
    }
  /** The server has the mark reports of pulse `n`: the agent need not send those again. */
  | { readonly type: "noted"; readonly session: string; readonly n: number }
  /** Frozen for all versions: `{"type":"drop","nonce":"…"}`. Accepted at any time, in any epoch. */
  | { readonly type: "drop"; readonly nonce: string };

export interface WatchCount {
  readonly id: string;
  readonly good: number;
  readonly bad: number;
  /** Exchanges begun under this watch that are not over yet (and not already bad by elapsed time). */
  readonly open: number;
  /** Exchanges that the callers gave up in time: not judged. Absent: the agent does not separate these (minor 0). */
  readonly left?: number;
  /** Exchanges that a fault has hit, among good and bad, and among the open exchanges. Absent: as for `left`. */
  readonly struck?: number;
  readonly openStruck?: number;
  /** Exchanges bad only through the agent's own stalls: not judged; and the reason for the first. Absent: none. */
  readonly errored?: number;
  readonly firstErrored?: string;
  /**
   * Exchanges among `errored` that the callers gave up during a stall, so that the outcome without the stall is
   * unknown. Absent: none, or the agent does not say (minor 1).
   */
  readonly unknown?: number;
  /** The first 5; `atMs` is ms since the watch was first listed here. */
  readonly firstBad: readonly BadSample[];
}
/** Interval in which the agent's event loop did not turn. Each pulse carries the last 20; `n` rises. */
export interface Stall {
  readonly n: number;
  /** Ms from the end of the stall until this pulse was sent. */
  readonly agoMs: number;
  readonly lengthMs: number;
  /** Time in which the CPU limit of the agent's cgroup kept the agent from running meanwhile; absent: unknown. */
  readonly throttledMs?: number;
}
/** Marked exchanges of a fault that the server has not noted yet, coded by `sightings.ts`. */
export interface MarkReport {
  readonly fault: FaultId;
  readonly coded: string;
  /** The agent had no room to keep every marked exchange. */
  readonly atLeast?: true;
}
/** Mark reports, present in each pulse while a run asks for marks. */
export interface MarkReports {
  /**
   * Time at which this pulse was made, ms of the agent's own clock: only differences between such times have meaning.
   */
  readonly sentMs: number;
  readonly reports: readonly MarkReport[];
  /** True: some reports had no room in this pulse, and follow in later pulses. */
  readonly more?: true;
}
/**
 * Parts of the contract that were added after version 2 began, and that an agent announces. `draws`: a share by request
 * draws a sample's requests by the sample's mark, so that the server can work out whether a request that never came
 * would have been hit.
 */
export type Capability = "marks" | "draws";
/** Refusals of an edge by code, cumulative per boot. */
export interface RefusalCount {
  readonly code: string;
  readonly count: number;
}
/** Counts of an edge and a group, cumulative per boot. */
export interface EdgeCount {
  readonly edge: EdgeId;
  readonly group: "treated" | "untreated";
  readonly exchanges: number;
  /**
   * Exchanges among `exchanges` that the callers gave up, counted at index 0 of `byClass`. Absent: the agent does not
   * say (minor 0).
   */
  readonly cancelled?: number;
  /** Index 1..5: status class; index 0: no answer. TCP: 0 broken, 2 clean. */
  readonly byClass: readonly number[];
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly open: number;
  /**
   * Callers that the agent itself refused, or answered in the callee's place, by the code of `x-squall-refused`; in the
   * row of the untreated. Absent: none, or the agent does not say (minor 2).
   */
  readonly refused?: readonly RefusalCount[];
  /** HdrHistogram of latencies in µs since the last pulse, V2 compressed, base64; "" when empty. */
  readonly latencies: string;
}

/**
 * Remainder of faults in this process; the audit requires 0 everywhere. `held`: bytes held back. `wounded`: streams
 * that lost bytes and are not closed yet.
 */
export interface Remains {
  readonly live: number;
  readonly held: number;
  readonly wounded: number;
  readonly external: number;
}

export type ToServer =
  /** Frozen: `v`, `version`, `instance`, `boot`, `pid` and `table.ids`. */
  | {
      readonly type: "hello";
      readonly v: number;
      /** Version of the program, for operators to read. */
      readonly version: string;
      /** Cluster of the servers that `seen` and `table` are from; "": no server has named a cluster. */
      readonly cluster: string;
      readonly instance: Instance;
      /** Service whose calls the agent carries; null: the agent serves every edge of the mesh. */
      readonly service: ServiceName | null;
      readonly labels: Labels;
      readonly offers: readonly EdgeOffer[];
      readonly boot: Boot;
      readonly pid: number;
      /**
       * Identity, read from `/proc`, that separates this process from a later process with the same pid; null:
       * unavailable.
       */
      readonly process: { readonly started: string; readonly machineBoot: string } | null;
      /** Previous process of this instance, which was checked to have ended; null: none is known. */
      readonly predecessor: { readonly boot: Boot } | null;
      readonly seen: TableMark;
      readonly table: TableMark & { readonly ids: readonly FaultId[] };
      /** Capabilities of the agent (`Capability`); later versions may name others. */
      readonly knows?: readonly string[];
    }
  /**
   * Edges that the agent really serves at this moment: the answer to each `welcome` and `edges`, sent also on each
   * change. An agent that ends says that no edges are served.
   */
  | {
      readonly type: "serving";
      readonly session: string;
      readonly edges: readonly { readonly id: EdgeId; readonly listen: string }[];
      readonly failed: readonly { readonly id: EdgeId; readonly why: string }[];
    }
  | {
      readonly type: "pulse";
      readonly session: string;
      readonly n: number;
      readonly table: TableMark;
      readonly remains: Remains;
      readonly receipts: readonly Receipt[];
      readonly watches: readonly WatchCount[];
      readonly edges: readonly EdgeCount[];
      /** Absent: there was no stall, or the agent does not report stalls (minor 0). */
      readonly stalls?: readonly Stall[];
      readonly marks?: MarkReports;
    }
  | { readonly type: "applied"; readonly session: string; readonly epoch: number; readonly gen: number }
  | {
      readonly type: "refused";
      readonly session: string;
      readonly epoch: number;
      readonly gen: number;
      readonly why: "stale" | "fenced" | "unsupported" | "policy";
      readonly detail: string;
      readonly seen: TableMark;
    }
  | { readonly type: "lapsed"; readonly epoch: number; readonly gen: number; readonly why: string }
  /**
   * Frozen: `nonce`, `boot` and `remains`. Answers a drop, and an apply of the empty set. Carries the last receipts of
   * the faults that have just left. `nonce`: of the drop, or "" for an apply.
   */
  | {
      readonly type: "attest";
      readonly nonce: string;
      readonly boot: Boot;
      readonly epoch: number;
      readonly gen: number;
      readonly remains: Remains;
      readonly receipts: readonly Receipt[];
      readonly watches: readonly WatchCount[];
    };
