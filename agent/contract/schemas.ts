/**
 * The messages of `messages.ts` as zod schemas: the server checks with them what agents send. The agent checks with
 * `check.ts` instead, which a test holds to `toAgent`, because loading zod would double its start time and memory.
 */
import { z } from "zod";
import type { FaultAction } from "../../experiments/model/faults/index.ts";
import { checkAction } from "./kinds.ts";
import { LONGEST_FAULT_MS, type ToAgent, type ToServer } from "./messages.ts";
import { LONGEST_LIST, LONGEST_TEXT } from "./shape.ts";

const name = z.string().min(1).max(LONGEST_TEXT);
const text = z.string().max(LONGEST_TEXT);
const count = z.int().min(0);
const ms = z
  .number()
  .min(0)
  .max(LONGEST_FAULT_MS * 12);
const list = <T extends z.ZodType>(of: T) => z.array(of).max(LONGEST_LIST);

const pattern = z.union([
  text,
  z.strictObject({ regex: z.string().max(256) }),
  z.strictObject({ absent: z.literal(true) }),
]);
const patterns = z.record(text, pattern);
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
  status: list(z.strictObject({ least: z.int().min(0).max(999), most: z.int().min(0).max(999) })).exactOptional(),
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
  id: name,
  run: name,
  name,
  edge: name,
  endpoints: list(name).nullable(),
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
  id: name,
  edge: name,
  match: match.nullable(),
  of: z.enum(["all", "treated", "untreated"]),
  good: criteria,
  capture: z.literal(true).exactOptional(),
});
const edge = z.strictObject({
  id: name,
  listen: name,
  protocol: z.enum(["http", "tcp"]),
  endpoints: list(name),
  healthPath: name.nullable(),
});
const mark = { epoch: count, gen: count };
const grant = { session: name, ...mark, basis: count, leaseMs: z.number().min(1).max(60_000) };

const apply = z.strictObject({
  type: z.literal("apply"),
  ...grant,
  faults: list(fault),
  watches: list(watch),
  allotments: z.record(name, count),
});
const renew = z.strictObject({ type: z.literal("renew"), ...grant });
/** Frozen for all versions, as is `drop`: whatever else a later version adds to them is passed over. */
const welcome = z.object({
  type: z.literal("welcome"),
  session: name,
  epoch: count,
  leaseMs: grant.leaseMs,
  edges: list(edge).nullable(),
});
const edges = z.strictObject({ type: z.literal("edges"), session: name, edges: list(edge) });
const drop = z.object({ type: z.literal("drop"), nonce: name });
export const toAgent = z.discriminatedUnion("type", [welcome, edges, apply, renew, drop]);

const receipt = z.object({
  id: name,
  fault: name,
  edge: name,
  unit: z.enum(["exchange", "connection"]),
  seen: count,
  matched: count,
  injected: count,
  spared: count,
  capped: count,
  untouched: count,
  liveMs: z.number().min(0),
  ordinals: z.array(z.int().min(1)).max(1_000),
});
const badSample = z.object({
  atMs: z.number(),
  why: text,
  status: z.int().exactOptional(),
  latencyMs: z.number().exactOptional(),
});
const watchCount = z.object({
  id: name,
  good: count,
  bad: count,
  open: count,
  firstBad: z.array(badSample).max(5),
});
const edgeCount = z.object({
  edge: name,
  group: z.enum(["treated", "untreated"]),
  exchanges: count,
  byClass: z.array(count).max(6),
  bytesIn: count,
  bytesOut: count,
  open: count,
  latencies: z.string().max(1_048_576),
});
const remains = z.object({ live: count, held: count, wounded: count, external: count });
const proof = { remains, receipts: z.array(receipt), watches: z.array(watchCount) };

const offer = z.object({
  from: name,
  to: name,
  listen: name,
  protocol: z.enum(["http", "tcp"]),
  endpoints: z.array(name).max(1_000),
  healthPath: name.nullable(),
});
/** As an agent of any version says it. */
const core = { version: text, instance: name, boot: name, pid: count };
const hello = z.object({
  type: z.literal("hello"),
  v: count,
  ...core,
  cluster: text,
  service: name.nullable(),
  labels: z.record(name, text),
  offers: list(offer),
  process: z.object({ started: name, machineBoot: name }).nullable(),
  predecessor: z.object({ boot: name }).nullable(),
  seen: z.object(mark),
  table: z.object({ ...mark, ids: list(name) }),
});
const serving = z.object({
  type: z.literal("serving"),
  session: name,
  edges: list(z.object({ id: name, listen: name })),
  failed: list(z.object({ id: name, why: text })),
});
const pulse = z.object({
  type: z.literal("pulse"),
  session: name,
  n: count,
  table: z.object(mark),
  ...proof,
  edges: z.array(edgeCount),
});
const applied = z.object({ type: z.literal("applied"), session: name, ...mark });
const refused = z.object({
  type: z.literal("refused"),
  session: name,
  ...mark,
  why: z.enum(["stale", "fenced", "unsupported", "policy"]),
  detail: text,
  seen: z.object(mark),
});
const lapsed = z.object({ type: z.literal("lapsed"), ...mark, why: text });
const attest = z.object({ type: z.literal("attest"), nonce: text, boot: name, ...mark, ...proof });
export const toServer = z.discriminatedUnion("type", [hello, serving, pulse, applied, refused, lapsed, attest]);

/** The first message of an agent of another version. */
export const foreignHello = z.object({
  type: z.literal("hello"),
  v: count,
  ...core,
  table: z.object({ ids: list(name) }),
});
/** The one thing more that is believed of it. */
export const foreignAttest = z.object({ type: z.literal("attest"), nonce: text, boot: name, remains });

/** Compiles only while the schemas and the types say the same, both ways. */
type Frozen<T> = T extends object ? { readonly [K in keyof T]: Frozen<T[K]> } : T;
type Same<A, B> = [Frozen<A>] extends [Frozen<B>] ? ([Frozen<B>] extends [Frozen<A>] ? true : never) : never;
export const schemasAreTheTypes: [Same<z.output<typeof toAgent>, ToAgent>, Same<z.output<typeof toServer>, ToServer>] =
  [true, true];
