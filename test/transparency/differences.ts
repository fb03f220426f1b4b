/**
 * Differences between a direct connection and a connection through an agent: those that are accepted, each with its
 * line in docs/data-path.md, and those that are still to be mended.
 */
import type { CalleeName } from "./callees.ts";
import type { CallerName } from "./callers.ts";
import type { Aspect } from "./compare.ts";
import type { Protocol } from "./rig.ts";
import type { Row } from "./row.ts";

/** Set of rows; an absent field stands for all. */
interface Rows {
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
  ...(["callee bytes", "callee ends", "callee steps"] as const),
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
];

/** Rows that differ today and must not: an edge of HTTP has a pool, and no edge looks for RST behind FIN. */
export const NOT_YET: readonly Rows[] = [
  { protocols: ["http"] },
  // A callee that writes to a caller which has closed gets no RST.
  {
    callers: ["closes without a request", "closes inside a head", "closes inside a body"],
    callees: ["speaks first"],
  },
  { callers: ["times out and closes"], callees: ["answers slowly", "accepts late"] },
  {
    callers: ["leaves inside the answer"],
    callees: ["sends 103 before the answer", "answers in chunks with a trailer"],
  },
  // A caller that writes to a callee which has closed gets no RST.
  {
    callers: ["upgrades and half-closes"],
    callees: [
      "answers and closes, announced",
      "answers and closes, unannounced",
      "answers at the head and closes",
      "answers by HTTP/1.0 to the end",
      "answers without HTTP",
    ],
  },
  { callers: ["idles between two requests"], callees: ["closes an idle connection with a 408"] },
];

const holds = <T>(some: readonly T[] | undefined, value: T): boolean => some === undefined || some.includes(value);
const covers = ({ protocols, callers, callees }: Rows, row: Row): boolean =>
  holds(protocols, row.protocol) && holds(callers, row.caller) && holds(callees, row.callee);

export const acceptedFor = (row: Row): AcceptedDifference | undefined => ACCEPTED.find((rows) => covers(rows, row));
export const isNotYet = (row: Row): boolean =>
  acceptedFor(row) === undefined && NOT_YET.some((rows) => covers(rows, row));
