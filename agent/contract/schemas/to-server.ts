/** Messages of an agent to the server: nothing is longer than `limits.ts` says (SAFETY.md 1). */
import { z } from "zod";
import { INSTANCE, NAME } from "../../../experiments/model/names.ts";
import { BOOT, PRINTABLE } from "../forms.ts";
import { LIMITS } from "../limits.ts";
import { edgeCount, edgeIdText, faultIdText, markReports, receipt, remains, stall, watchCount, why } from "./counts.ts";
import { mark } from "./to-agent.ts";
import { count, elapsed, holding, listOf, protocol } from "./values.ts";

const address = z.string().min(1).max(LIMITS.addressLength);
const service = z.string().min(1).max(LIMITS.labelLength);

/** Text of a label, without control characters. */
const plain = z.string().max(LIMITS.labelLength).regex(PRINTABLE);
export const labels = holding(z.record(plain.min(1), plain), "fewLabels");
/**
 * An edge that an agent read from a local configuration file, reported for discovery. The server decides which edges
 * the agent serves.
 */
export const edgeOffer = z.strictObject({
  from: service,
  to: service,
  listen: address,
  protocol,
  endpoints: listOf(address, LIMITS.endpoints),
  healthPath: z.string().min(1).max(LIMITS.pathLength).nullable(),
});

const boot = z.string().regex(BOOT).brand<"AgentBoot">();
const session = z.string().min(1).max(64);
/** Nonce of the drop that an attestation answers, or "" for an apply. */
const nonce = z.string().max(64);
const ids = listOf(faultIdText, LIMITS.faults);
export const tableMark = z.object(mark);
/**
 * Transport tier that the agent uses (DATA-PATH.md 3), and the reason where it is not the fastest; null: it is. Later
 * versions may name other tiers.
 */
export const transport = z.object({ tier: plain.min(1), because: why.nullable() });
/** Core of a hello, the same in every version of the contract. */
const core = {
  /** Version of the program, for operators to read. */
  version: z.string().max(64),
  instance: z.string().regex(INSTANCE).brand<"Instance">(),
  boot,
  // The database keeps the pid in 32 bits.
  pid: z
    .int()
    .min(0)
    .max(2 ** 31 - 1),
};

/** Frozen: `v`, `version`, `instance`, `boot`, `pid` and `table.ids`. */
const hello = z.object({
  type: z.literal("hello"),
  v: count,
  ...core,
  /** Cluster of the servers that `seen` and `table` are from; "": no server has named a cluster. */
  cluster: z.string().max(LIMITS.addressLength),
  /** Service whose calls the agent carries; null: the agent serves every edge of the mesh. */
  service: z.string().regex(NAME).nullable(),
  labels,
  offers: listOf(edgeOffer, LIMITS.offers),
  /** Offers of edges that the agent carries at the callee (minor 7); a key of their own, which older servers pass over. */
  calleeOffers: listOf(edgeOffer, LIMITS.offers).exactOptional(),
  /**
   * Identity, read from `/proc`, that separates this process from a later process with the same pid; null:
   * unavailable.
   */
  process: z.object({ started: z.string().min(1).max(64), machineBoot: z.string().min(1).max(128) }).nullable(),
  /**
   * Place of the clock of `marks.sentMs` on the clock of the machine (minor 8), see `machine-clock.ts`; absent: unknown.
   * A key of its own, which older servers pass over.
   */
  clock: z.object({ of: z.string().min(1).max(128), zeroMs: elapsed }).exactOptional(),
  /** Previous process of this instance, which was checked to have ended; null: none is known. */
  predecessor: z.object({ boot }).nullable(),
  seen: tableMark,
  table: z.object({ ...mark, ids }),
  /** Capabilities of the agent (`Capability`); later versions may name others. */
  knows: listOf(z.string().max(LIMITS.labelLength), LIMITS.labels).exactOptional(),
  transport: transport.exactOptional(),
  /** Services whose processes this agent can strike, by the keeper that started both; absent: none. */
  processes: listOf(service, LIMITS.services).exactOptional(),
});
/**
 * Edges that the agent really serves at this moment: the answer to each `welcome` and `edges`, sent also on each
 * change. An agent that ends says that no edges are served.
 */
const serving = z.object({
  type: z.literal("serving"),
  session,
  edges: listOf(z.strictObject({ id: edgeIdText, listen: address }), LIMITS.edges),
  failed: listOf(z.strictObject({ id: edgeIdText, why }), LIMITS.edges),
});
const receipts = listOf(receipt, LIMITS.receipts);
const watches = listOf(watchCount, LIMITS.watches);
const pulse = z.object({
  type: z.literal("pulse"),
  session,
  n: count,
  table: tableMark,
  ...{ remains, receipts, watches },
  edges: listOf(edgeCount, LIMITS.edges * 2),
  /**
   * Number of served edges without a row in `edges`: their counts are as in the pulse before, and no latency was
   * measured since. The first pulse after each `serving` leaves none out. Absent: none, or the agent leaves no edge out
   * (minor 4).
   */
  unchanged: count.exactOptional(),
  /** Absent: there was no stall, or the agent does not report stalls (minor 0). */
  stalls: listOf(stall, LIMITS.stalls).exactOptional(),
  marks: markReports.exactOptional(),
  /**
   * Connections of no declared caller that passed through untouched, cumulative per boot. Absent: the agent carries no
   * edge at the callee, or does not say (minor 8).
   */
  strangers: count.exactOptional(),
});
const applied = z.object({ type: z.literal("applied"), session, ...mark });
const refused = z.object({
  type: z.literal("refused"),
  session,
  ...mark,
  why: z.enum(["stale", "fenced", "unsupported", "policy"]),
  detail: why,
  seen: tableMark,
});
const lapsed = z.object({ type: z.literal("lapsed"), ...mark, why });
/**
 * Frozen: `nonce`, `boot` and `remains`. Answers a drop, and an apply of the empty set. Carries the last receipts of
 * the faults that have just left.
 */
const attest = z.object({ type: z.literal("attest"), nonce, boot, ...mark, remains, receipts, watches });

/**
 * Orderly end of an agent (minor 6): it dropped every fault and takes no order any more. Sent at once, and again with
 * `isOver` when the open exchanges have ended, as the last message.
 */
const leaving = z.object({
  type: z.literal("leaving"),
  session,
  ...mark,
  isOver: z.boolean(),
  ...{ remains, receipts, watches },
});

export const toServer = z.discriminatedUnion("type", [
  hello,
  serving,
  pulse,
  applied,
  refused,
  lapsed,
  leaving,
  attest,
]);
/** The first message of an agent of another version. */
export const foreignHello = z.object({ type: z.literal("hello"), v: count, ...core, table: z.object({ ids }) });
/** The only later message that is believed of an agent of another version. */
export const foreignAttest = z.object({ type: z.literal("attest"), nonce, boot, remains });
