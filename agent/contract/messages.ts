/** Server ⇄ agent (SAFETY.md 1). Plain JSON over one WebSocket that the agent opens. The zod schemas in `schemas.ts` are held to these types. */

import type { Share } from "../../experiments/model/experiment.ts";
import type { Protocol } from "../../experiments/model/faults/fault.ts";
import type { FaultAction } from "../../experiments/model/faults/index.ts";
import type { Criteria } from "../../experiments/model/match/criteria.ts";
import type { Match } from "../../experiments/model/match/match.ts";
import type { Boot, EdgeId, FaultId, FaultName, Instance, RunId, ServiceName } from "../../experiments/model/names.ts";
import type { Receipt } from "../../experiments/model/verdict/receipt.ts";
import type { BadSample } from "../../experiments/model/verdict/tally.ts";

/**
 * Between different versions only what is marked as frozen is believed, and what it does not know is passed over: `welcome`,
 * `drop`, the core of `hello` and of `attest`. Such an agent keeps the edges it serves, gets no faults, and can be audited.
 */
export const CONTRACT_VERSION = 2;
/**
 * Counts what this version was added to: a server says in its `welcome` up to where it knows the additions, and an agent
 * tells it no others. 1: `firstHitMs`, `firstCappedMs`, `cancelled`, `left`, `struck`, `openStruck`,
 * `errored`, `firstErrored`, `stalls`. 2: `unknown`.
 */
export const CONTRACT_MINOR = 2;
export const LEASE_MS = 5_000;
export const PULSE_MS = 1_000;
/** No fault outlives this, whatever is asked: 2 h. */
export const LONGEST_FAULT_MS = 7_200_000;

/** One fault on one edge, as the server wishes it. */
export interface FaultOrder {
  readonly id: FaultId;
  readonly run: RunId;
  readonly name: FaultName;
  readonly edge: EdgeId;
  /** Callee addresses that are meant; null: all. */
  readonly endpoints: readonly string[] | null;
  readonly action: FaultAction;
  readonly match: Match | null;
  readonly share: Share;
  readonly pulse: { readonly liveMs: number; readonly restMs: number } | null;
  readonly seed: number;
  readonly stealth: boolean;
  /** Match and count, touch nothing. */
  readonly shadow: boolean;
  /** The fault ends by itself at sentAt[basis] + notAfterMs. Not part of "the same order"; never moves an end later. */
  readonly notAfterMs: number;
}
/** The criteria that agents judge: they read no bodies, probe no values and run no commands. */
export type WatchCriteria = Pick<Criteria, "status" | "withinMs" | "headers" | "connectMs" | "end">;
/** Counts good and bad of what passes an edge while it is listed, by when the exchange began. */
export interface Watch {
  /** `${run}/${expectation}/${phase}`. */
  readonly id: string;
  readonly edge: EdgeId;
  readonly match: Match | null;
  readonly of: "all" | "treated" | "untreated";
  readonly good: WatchCriteria;
  /** Reasons quote header values; absent: they do not. */
  readonly capture?: true;
  /**
   * What it means that the caller gave up; absent: bad if it had waited longer than `good.withinMs`, or without that than the
   * 99th percentile of the baseline, else left out. An agent that does not know the key refuses the order.
   */
  readonly cancelled?: "bad" | "ignore" | "judge";
}
/** A fault whose marked exchanges a run wants to know of, live or not: what it means is known from the baseline on. */
export interface MarkedFault {
  readonly id: FaultId;
  readonly edge: EdgeId;
  readonly match: Match | null;
  /** As in a fault order. */
  readonly endpoints: readonly string[] | null;
}
/** How to know the probe requests of one run (`experiments/model/verdict/mark.ts`). Key and tag are never logged. */
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
/** An edge that an agent knows from a file of its own: for discovery. What it serves, the server says. */
export interface EdgeOffer {
  readonly from: ServiceName;
  readonly to: ServiceName;
  readonly listen: string;
  readonly protocol: Protocol;
  readonly endpoints: readonly string[];
  readonly healthPath: string | null;
}
export type Labels = Readonly<Record<string, string>>;

/** WebSocket close codes of the server's. What is not among them says that the agent may try again. */
export const CLOSED = {
  /** A second connection of the same process has taken over. */
  replaced: 4001,
  /** It said something that the contract does not allow. */
  misspoke: 4002,
  /** This server does not lead; the reason is the URL of the one that does, or empty. */
  notLeader: 4003,
  /** It was silent for too long, or did not read what it was sent. */
  stalled: 4004,
  /** Its credential says another instance or service than its hello. */
  impostor: 4005,
} as const;

/** What an agent holds. It starts empty; (epoch, gen) stays as a high-water mark when emptied. */
export interface TableMark {
  readonly epoch: number;
  readonly gen: number;
}

export type ToAgent =
  /** Frozen. `edges`: all that it serves from here on; null: those that it serves already. */
  | {
      readonly type: "welcome";
      readonly session: string;
      readonly epoch: number;
      readonly leaseMs: number;
      readonly edges: readonly EdgeOrder[] | null;
      /** The server's `CONTRACT_MINOR`; absent: 0. */
      readonly minor?: number;
      /** Whose epochs these are: servers of one database have the same. Absent: the server does not tell. */
      readonly cluster?: string;
    }
  /** The mesh has changed: the whole set again. What is unchanged keeps its connections, faults and counts. */
  | { readonly type: "edges"; readonly session: string; readonly edges: readonly EdgeOrder[] }
  /** The whole set for this agent, merged over all runs. `basis`: the pulse it answers; the lease counts from when that pulse was sent. */
  | {
      readonly type: "apply";
      readonly session: string;
      readonly epoch: number;
      readonly gen: number;
      readonly basis: number;
      readonly leaseMs: number;
      readonly faults: readonly FaultOrder[];
      readonly watches: readonly Watch[];
      /** By run: this agent's part of `limits.requests`, over the whole run. */
      readonly allotments: Readonly<Record<RunId, number>>;
      /** Sent only to agents that know `marks`, as are `noted` messages: others refuse what they do not know. */
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
  /** The server has what pulse `n` told of marked exchanges: it need not be told again. */
  | { readonly type: "noted"; readonly session: string; readonly n: number }
  /** Frozen for all versions: `{"type":"drop","nonce":"…"}`. Accepted at any time, in any epoch. */
  | { readonly type: "drop"; readonly nonce: string };

export interface WatchCount {
  readonly id: string;
  readonly good: number;
  readonly bad: number;
  /** Begun under this watch and not over yet (and not already bad by its time). */
  readonly open: number;
  /** Given up by their callers in time: not judged. Absent: the agent does not tell them apart (minor 0). */
  readonly left?: number;
  /** Of good and bad, and of what is open: exchanges that a fault has hit. Absent as above. */
  readonly struck?: number;
  readonly openStruck?: number;
  /** Bad only through stalls of the agent's own: not judged; and why the first one was. Absent: none. */
  readonly errored?: number;
  readonly firstErrored?: string;
  /** Of `errored`: given up by their callers in a stall, so nobody knows what they would have been. Absent: none, or not told (minor 1). */
  readonly unknown?: number;
  /** The first 5; `atMs` is ms since the watch was first listed here. */
  readonly firstBad: readonly BadSample[];
}
/** The agent's loop did not turn. The last 20 are told in each pulse; `n` rises. */
export interface Stall {
  readonly n: number;
  /** Ms before this pulse was sent at which it ended. */
  readonly agoMs: number;
  readonly lengthMs: number;
  /** How long the CPU limit of its cgroup kept the agent from running meanwhile; absent: unknown. */
  readonly throttledMs?: number;
}
/** Marked exchanges of one fault that the server has not noted yet, as `sightings.ts` codes them. */
export interface MarkReport {
  readonly fault: FaultId;
  readonly coded: string;
  /** There was no room to keep every one. */
  readonly atLeast?: true;
}
/** Present in each pulse while a run asks. */
export interface MarkReports {
  /** When this pulse was made, ms of the agent's own clock: only differences of such times mean something. */
  readonly sentMs: number;
  readonly reports: readonly MarkReport[];
  /** Some had no room in this pulse, and follow. */
  readonly more?: true;
}
/**
 * Parts of the contract that came after version 2 began, and that an agent says it has. `draws`: a share by request draws the
 * requests of a sample by its mark, so that the server can work out whether one that never came would have been hit.
 */
export type Capability = "marks" | "draws";
/** Cumulative per boot. */
export interface EdgeCount {
  readonly edge: EdgeId;
  readonly group: "treated" | "untreated";
  readonly exchanges: number;
  /** Of those: given up by their callers, and so counted at index 0 of `byClass`. Absent: the agent does not tell (minor 0). */
  readonly cancelled?: number;
  /** Index 1..5: status class; index 0: no answer. TCP: 0 broken, 2 clean. */
  readonly byClass: readonly number[];
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly open: number;
  /** HdrHistogram of latencies in µs since the last pulse, V2 compressed, base64; "" when empty. */
  readonly latencies: string;
}

/** What is left of faults in this process. All 0 is what the audit wants. `held`: bytes held back. `wounded`: streams that lost bytes and are not closed yet. */
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
      /** Of the program, for people. */
      readonly version: string;
      /** Of the servers that `seen` and `table` are from; "": none has told. */
      readonly cluster: string;
      readonly instance: Instance;
      /** Whose calls it carries; null: it serves every edge of the mesh. */
      readonly service: ServiceName | null;
      readonly labels: Labels;
      readonly offers: readonly EdgeOffer[];
      readonly boot: Boot;
      readonly pid: number;
      /** What tells this process from another that gets its pid, as `/proc` says it; null: there is none. */
      readonly process: { readonly started: string; readonly machineBoot: string } | null;
      /** The process of this instance before this one, which was checked to have ended; null: none is known. */
      readonly predecessor: { readonly boot: Boot } | null;
      readonly seen: TableMark;
      readonly table: TableMark & { readonly ids: readonly FaultId[] };
      /** `Ability` words; later versions may say others. */
      readonly knows?: readonly string[];
    }
  /** Answers each `welcome` and `edges`, and says when it changes by itself: what is really served at this moment. An agent that ends says that it serves nothing. */
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
      /** Absent: none, or the agent does not tell (minor 0). */
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
  /** Frozen: `nonce`, `boot` and `remains`. Answers a drop, and an apply of the empty set. Carries the last receipts of what has just left. `nonce`: of the drop, or "" for an apply. */
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
