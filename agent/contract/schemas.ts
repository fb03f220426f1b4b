/**
 * Zod schemas of the messages in `messages.ts`: the server checks agents' messages here. The agent checks with
 * `check.ts` instead, which a test holds to `toAgent`, because loading zod would double the agent's start time and
 * memory.
 */
import { z } from "zod";
import type { FaultAction } from "../../experiments/model/faults/index.ts";
import { INSTANCE, INSTANCE_FORM, NAME } from "../../experiments/model/names.ts";
import type { Receipt } from "../../experiments/model/verdict/receipt.ts";
import type { BadSample } from "../../experiments/model/verdict/tally.ts";
import { checkAction } from "./kinds.ts";
import { LIMITS } from "./limits.ts";
import {
  type EdgeCount,
  type EdgeOffer,
  type Labels,
  LONGEST_FAULT_MS,
  type MarkReport,
  type MarkReports,
  type RefusalCount,
  type Stall,
  type ToAgent,
  type ToServer,
  type WatchCount,
} from "./messages.ts";
import {
  LONGEST_LIST,
  LONGEST_TEXT,
  list,
  number,
  object,
  oneOf,
  optional,
  orNull,
  record,
  type Shape,
  text,
  whole,
} from "./shape.ts";

const word = z.string().min(1).max(LONGEST_TEXT);
const words = z.string().max(LONGEST_TEXT);
const count = z.int().min(0);
const ms = z
  .number()
  .min(0)
  .max(LONGEST_FAULT_MS * 12);
const listOf = <T extends z.ZodType>(of: T) => z.array(of).max(LONGEST_LIST);

const pattern = z.union([
  words,
  z.strictObject({ regex: z.string().max(256) }),
  z.strictObject({ absent: z.literal(true) }),
]);
const patterns = z.record(words, pattern);
const matchKeys = {
  method: pattern.optional(),
  path: pattern.optional(),
  host: pattern.optional(),
  query: patterns.optional(),
  baggage: patterns.optional(),
  headers: patterns.optional(),
};
const match = z.strictObject({ ...matchKeys, not: z.strictObject(matchKeys).optional() });

const criteria = z.strictObject({
  status: listOf(z.strictObject({ least: z.int().min(0).max(999), most: z.int().min(0).max(999) })).exactOptional(),
  withinMs: ms.exactOptional(),
  headers: patterns.exactOptional(),
  connectMs: ms.exactOptional(),
  end: z.literal("clean").exactOptional(),
});

const share = z.strictObject({
  steps: z.array(z.number().min(0).max(1)).min(1).max(LONGEST_LIST),
  eachMs: ms,
  by: z.union([z.enum(["request", "connection", "trace"]), z.templateLiteral(["header:", z.string().min(1).max(256)])]),
});
const action = z.custom<FaultAction>((value) => checkAction(value, "action") === null, {
  error: (issue) => checkAction(issue.input, "action") ?? "not an action",
});
const fault = z.strictObject({
  id: word,
  run: word,
  name: word,
  edge: word,
  endpoints: listOf(word).nullable(),
  action,
  match: match.nullable(),
  share,
  pulse: z.strictObject({ liveMs: ms.min(1), restMs: ms }).nullable(),
  seed: z.number(),
  stealth: z.boolean(),
  shadow: z.boolean(),
  notAfterMs: z.number().min(0).max(LONGEST_FAULT_MS),
});
const watch = z.strictObject({
  id: word,
  edge: word,
  match: match.nullable(),
  of: z.enum(["all", "treated", "untreated"]),
  good: criteria,
  capture: z.literal(true).exactOptional(),
  cancelled: z.enum(["bad", "ignore", "judge"]).exactOptional(),
});
const edge = z.strictObject({
  id: word,
  listen: word,
  protocol: z.enum(["http", "tcp"]),
  endpoints: listOf(word),
  healthPath: word.nullable(),
});
const marked = z.strictObject({
  run: word,
  key: z.string().length(32),
  tag: z.int().min(0).max(65_535),
  faults: listOf(z.strictObject({ id: word, edge: word, match: match.nullable(), endpoints: listOf(word).nullable() })),
});
const mark = { epoch: count, gen: count };
const grant = { session: word, ...mark, basis: count, leaseMs: z.number().min(1).max(60_000) };

const apply = z.strictObject({
  type: z.literal("apply"),
  ...grant,
  faults: listOf(fault),
  watches: listOf(watch),
  allotments: z.record(word, count),
  marks: listOf(marked).exactOptional(),
});
const noted = z.strictObject({ type: z.literal("noted"), session: word, n: count });
const renew = z.strictObject({ type: z.literal("renew"), ...grant });
/** Frozen for all versions, like `drop`: any key that a later version adds to these messages is passed over. */
const welcome = z.object({
  type: z.literal("welcome"),
  session: word,
  epoch: count,
  leaseMs: grant.leaseMs,
  edges: listOf(edge).nullable(),
  minor: count.exactOptional(),
  cluster: word.exactOptional(),
});
const edges = z.strictObject({ type: z.literal("edges"), session: word, edges: listOf(edge) });
const drop = z.object({ type: z.literal("drop"), nonce: word });
export const toAgent = z.discriminatedUnion("type", [welcome, edges, apply, renew, noted, drop]);

/**
 * Large parts of a message are checked by a shape, which stops at the first problem: zod would collect an issue for
 * every part of a hostile message.
 */
const shaped = <T>(shape: Shape<T>) =>
  z.custom<T>((value) => shape(value, "") === null, { error: ({ input }) => shape(input, "") ?? "not valid" });
const id = text(1, LIMITS.idLength);
const why = text(0, LIMITS.whyLength);
const address = text(1, LIMITS.addressLength);
const path = text(1, LIMITS.pathLength);
const service = text(1, LIMITS.labelLength);

const ordinals: Shape<readonly number[]> = list(whole(1), 0, LIMITS.ordinals);
const receipts = shaped(
  list(
    object<Receipt>({
      ...{ id, fault: id, edge: id, unit: oneOf<Receipt["unit"]>("exchange", "connection"), liveMs: number(0) },
      ...{ seen: whole(), matched: whole(), injected: whole(), spared: whole(), capped: whole(), untouched: whole() },
      ...{
        ordinals,
        markedHits: optional(whole()),
        requests: optional(whole()),
        markedRequests: optional(whole()),
        unread: optional(whole()),
        firstHitMs: optional(number(0)),
        firstCappedMs: optional(number(0)),
      },
    }),
    0,
    LIMITS.receipts,
  ),
);
const badSample = object<BadSample>({
  ...{ atMs: number(), why, latencyMs: optional(number()) },
  status: optional(whole(Number.MIN_SAFE_INTEGER)),
});
const watches = shaped(
  list(
    object<WatchCount>({
      ...{ id, good: whole(), bad: whole(), open: whole(), firstBad: list(badSample, 0, 5) },
      ...{ left: optional(whole()), struck: optional(whole()), openStruck: optional(whole()) },
      ...{ errored: optional(whole()), firstErrored: optional(why), unknown: optional(whole()) },
    }),
    0,
    LIMITS.watches,
  ),
);
const edgeCounts = shaped(
  list(
    object<EdgeCount>({
      ...{ edge: id, group: oneOf<EdgeCount["group"]>("treated", "untreated"), exchanges: whole() },
      cancelled: optional(whole()),
      refused: optional(
        list(object<RefusalCount>({ code: text(1, LIMITS.labelLength), count: whole() }), 0, LIMITS.refusals),
      ),
      ...{ byClass: list(whole(), 0, 6), bytesIn: whole(), bytesOut: whole(), open: whole() },
      latencies: text(0, LIMITS.latenciesLength),
    }),
    0,
    LIMITS.edges * 2,
  ),
);
const stalls = shaped(
  list(
    object<Stall>({ n: whole(1), agoMs: number(0), lengthMs: number(0), throttledMs: optional(number(0)) }),
    0,
    LIMITS.stalls,
  ),
);
const markReports = shaped<MarkReports>((value, at) => {
  const problem = markShape(value, at);
  if (problem !== null) return problem;
  const length = (value as MarkReports).reports.reduce((sum, { coded }) => sum + coded.length, 0);
  return length <= LIMITS.marksLength ? null : `${at}: expected ${LIMITS.marksLength} characters of marks at most`;
});
const markShape = object<MarkReports>({
  sentMs: number(0),
  reports: list(
    object<MarkReport>({ fault: id, coded: text(0, LIMITS.marksLength), atLeast: optional(oneOf<true>(true)) }),
    0,
    LIMITS.markReports,
  ),
  more: optional(oneOf<true>(true)),
});
const offers = shaped(
  list(
    object<EdgeOffer>({
      ...{ from: service, to: service, listen: address, protocol: oneOf<EdgeOffer["protocol"]>("http", "tcp") },
      ...{ endpoints: list(address, 0, LIMITS.endpoints), healthPath: orNull(path) },
    }),
    0,
    LIMITS.offers,
  ),
);
const labels = shaped<Labels>((value, at) => {
  const problem = record(text(0, LIMITS.labelLength), text(1, LIMITS.labelLength))(value, at);
  if (problem !== null) return problem;
  const entries = Object.entries(value as Labels);
  if (entries.length > LIMITS.labels) return `${at}: expected ${LIMITS.labels} labels at most`;
  return entries.flat().every(isPlain) ? null : `${at}: expected no control characters`;
});
const isPlain = (word: string): boolean => /^[^\p{C}]*$/u.test(word);
const ids = shaped(list(id, 0, LIMITS.faults));
const remains = z.object({ live: count, held: count, wounded: count, external: count });
const proof = { remains, receipts, watches };

const boot = z.string().regex(/^[A-Za-z0-9-]{1,64}$/);
const session = z.string().min(1).max(64);
const nonce = z.string().max(64);
/** Core of a hello, the same in every version of the contract. */
const core = {
  version: z.string().max(64),
  instance: z.string().regex(INSTANCE, { error: `expected a name of ${INSTANCE_FORM}` }),
  boot,
  // The database keeps the pid in 32 bits.
  pid: z
    .int()
    .min(0)
    .max(2 ** 31 - 1),
};
const sentence = z.string().max(LIMITS.whyLength);
const hello = z.object({
  type: z.literal("hello"),
  v: count,
  ...core,
  cluster: z.string().max(LIMITS.addressLength),
  service: z.string().regex(NAME, { error: "expected a service's name, a DNS label" }).nullable(),
  labels,
  offers,
  process: z.object({ started: z.string().min(1).max(64), machineBoot: z.string().min(1).max(128) }).nullable(),
  predecessor: z.object({ boot }).nullable(),
  seen: z.object(mark),
  table: z.object({ ...mark, ids }),
  knows: z.array(z.string().max(LIMITS.labelLength)).max(LIMITS.labels).exactOptional(),
});
const serving = z.object({
  type: z.literal("serving"),
  session,
  edges: shaped(list(object<{ id: string; listen: string }>({ id, listen: address }), 0, LIMITS.edges)),
  failed: shaped(list(object<{ id: string; why: string }>({ id, why }), 0, LIMITS.edges)),
});
const pulse = z.object({
  type: z.literal("pulse"),
  session,
  n: count,
  table: z.object(mark),
  ...proof,
  edges: edgeCounts,
  stalls: stalls.exactOptional(),
  marks: markReports.exactOptional(),
});
const applied = z.object({ type: z.literal("applied"), session, ...mark });
const refused = z.object({
  type: z.literal("refused"),
  session,
  ...mark,
  why: z.enum(["stale", "fenced", "unsupported", "policy"]),
  detail: sentence,
  seen: z.object(mark),
});
const lapsed = z.object({ type: z.literal("lapsed"), ...mark, why: sentence });
const attest = z.object({ type: z.literal("attest"), nonce, boot, ...mark, ...proof });
export const toServer = z.discriminatedUnion("type", [hello, serving, pulse, applied, refused, lapsed, attest]);

/** The first message of an agent of another version. */
export const foreignHello = z.object({ type: z.literal("hello"), v: count, ...core, table: z.object({ ids }) });
/** The only later message that is believed of an agent of another version. */
export const foreignAttest = z.object({ type: z.literal("attest"), nonce, boot, remains });

/** Compiles only while the schemas and the types say the same, both ways. */
type Frozen<T> = T extends object ? { readonly [K in keyof T]: Frozen<T[K]> } : T;
type Same<A, B> = [Frozen<A>] extends [Frozen<B>] ? ([Frozen<B>] extends [Frozen<A>] ? true : never) : never;
export const schemasAreTheTypes: [Same<z.output<typeof toAgent>, ToAgent>, Same<z.output<typeof toServer>, ToServer>] =
  [true, true];
