/**
 * Differences between a direct connection and a connection through an agent: those that are accepted, each with its
 * line in docs/data-path.md, and those that are still to be mended.
 */
import type { Tier } from "../../agent/transport/transport.ts";
import type { CalleeName } from "./callees.ts";
import type { CallerName } from "./callers.ts";
import type { Aspect } from "./compare.ts";
import type { Protocol, Row } from "./row.ts";

/** Set of rows; an absent field stands for all. */
interface Rows {
  /** Rows with a fault that is live during a part of the run. */
  readonly isTreated?: true;
  readonly tiers?: readonly Tier[];
  readonly protocols?: readonly Protocol[];
  readonly callers?: readonly CallerName[];
  readonly callees?: readonly CalleeName[];
}
export interface AcceptedDifference extends Rows {
  /** Aspects that may differ. */
  readonly aspects: readonly Aspect[];
  readonly reason: string;
  /** Sentence of docs/data-path.md that tells users. */
  readonly documented: string;
  /** The difference shows at every run: a row that shows none is an error of this table. */
  readonly isSteady: boolean;
}
const ALL: readonly Aspect[] = [
  ...(["connections", "caller bytes", "caller ends", "caller steps"] as const),
  ...(["callee bytes", "callee ends", "callee steps", "late rst"] as const),
];

export const ACCEPTED: readonly AcceptedDifference[] = [
  {
    callees: ["does not listen"],
    aspects: ["caller bytes", "caller ends", "caller steps"],
    reason: "The agent accepts before it dials: a caller cannot be refused any more.",
    documented: "The caller's own connect has succeeded by then.",
    isSteady: true,
  },
  {
    callees: ["has a full backlog"],
    aspects: ALL,
    reason:
      "The kernel connects the caller to the agent at once, and the caller's waits begin before the callee accepts.",
    documented: "The caller's own connect has succeeded by then.",
    isSteady: false,
  },
  {
    protocols: ["http"],
    callees: ["answers without HTTP", "speaks first", "upgrades and echoes"],
    aspects: [...ALL, "late rst"],
    reason: "An agent that cannot read an answer cannot tell where the next one begins.",
    documented: "An answer that is no HTTP/1, or a 101 that no request asked for, is a 502",
    isSteady: false,
  },
  {
    protocols: ["http"],
    callers: ["pipelines three requests", "pipelines behind a body", "pipelines and half-closes"],
    aspects: ALL,
    reason: "A request is judged by the faults that are live when its turn comes.",
    documented: "reach the callee one after the other, each behind the answer to the one before.",
    isSteady: false,
  },
  {
    protocols: ["http"],
    callers: ["sends a request byte by byte"],
    callees: ["closes and reads nothing", "resets and reads nothing"],
    aspects: ["caller ends", "caller steps"],
    reason: "A request is judged at its head, so that no part of the head may have left before.",
    documented: "A head passes once it is whole",
    isSteady: false,
  },
  {
    protocols: ["http"],
    callers: ["upgrades and sends bytes", "upgrades and half-closes"],
    callees: [
      ...(["answers and closes, announced", "answers and closes, unannounced"] as const),
      ...(["answers and closes after a rest", "closes an idle connection with a 408"] as const),
      ...(["answers at the head and closes", "answers by HTTP/1.0 to the end"] as const),
    ],
    aspects: ["caller ends", "caller steps", "late rst"],
    reason: "Bytes that begin no request are kept as the beginning of a head: no callee answers them with RST.",
    documented: "A head passes once it is whole",
    isSteady: false,
  },
  {
    protocols: ["http"],
    callers: [
      ...(["leaves inside the answer", "resets inside the answer"] as const),
      ...(["closes with the answer unread", "times out and closes"] as const),
    ],
    callees: ["sends its answer in pieces"],
    aspects: ["caller bytes", "caller steps", "callee ends", "callee steps", "late rst"],
    reason: "An answer is judged at its head, so that no part of the head may have left before.",
    documented: "A head passes once it is whole",
    isSteady: false,
  },
  {
    tiers: ["onread", "data"],
    callees: ["answers and resets", "resets right behind a part of the answer"],
    aspects: ["caller bytes", "caller ends", "caller steps"],
    reason: "libuv before 1.52 makes an end of a RST that lies behind data, and a socket has no second read.",
    documented: "RST behind data",
    isSteady: false,
  },
  {
    tiers: ["onread", "data"],
    callers: ["resets inside a head", "resets inside a body", "resets behind a request", "resets inside the answer"],
    aspects: ["callee ends", "callee steps", "late rst"],
    reason: "libuv before 1.52 makes an end of a RST that lies behind data, and a socket has no second read.",
    documented: "RST behind data",
    isSteady: false,
  },
  {
    tiers: ["onread", "data"],
    callees: [
      ...(["answers at the head and closes", "closes an idle connection with a 408"] as const),
      ...(["answers and closes after a rest"] as const),
    ],
    aspects: ["caller bytes", "caller ends", "caller steps"],
    reason: "A socket whose write failed is destroyed, with the answer that it had received.",
    documented: "an answer that came before a write failed is lost",
    isSteady: false,
  },
];

/** Rows that differ today and must not. */
export const NOT_YET: readonly Rows[] = [];

const holds = <T>(some: readonly T[] | undefined, value: T): boolean => some === undefined || some.includes(value);
const covers = ({ isTreated, tiers, protocols, callers, callees }: Rows, row: Row): boolean =>
  (isTreated === undefined || row.isTreated === true) &&
  holds(tiers, row.tier) &&
  holds(protocols, row.protocol) &&
  holds(callers, row.caller) &&
  holds(callees, row.callee);

/** Accepted differences of a row, the general ones too. */
export const acceptedFor = (row: Row): readonly AcceptedDifference[] => ACCEPTED.filter((rows) => covers(rows, row));
/** Tells whether a row is in the list of rows to mend, and in no list of accepted rows. */
export const isNotYet = (row: Row): boolean =>
  !acceptedFor(row).some(isOfRows) && NOT_YET.some((rows) => covers(rows, row));
/** Tells whether a difference is accepted for certain rows. */
export const isOfRows = ({ callers, callees }: AcceptedDifference): boolean =>
  callers !== undefined || callees !== undefined;
