/**
 * The agent's own check of server messages, without zod on the agent's hot start (a test holds this file to
 * `schemas.ts`). The agent treats a refused message as an order that cannot be honoured.
 */

import type { Share } from "../../experiments/model/experiment.ts";
import type { StatusRange } from "../../experiments/model/match/criteria.ts";
import type { Match, Pattern } from "../../experiments/model/match/match.ts";
import type { EdgeLimits } from "../../experiments/model/mesh/edge-limits.ts";
import { checkAction, LONGEST_MS } from "./kinds.ts";
import {
  type EdgeOrder,
  type FaultOrder,
  LONGEST_FAULT_MS,
  type MarkedFault,
  type MarkOrder,
  type ToAgent,
  type Watch,
  type WatchCriteria,
} from "./messages.ts";
import {
  as,
  either,
  expected,
  flag,
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

const name = text(1);
const ms = number(0, LONGEST_MS);

const pattern = as<Pattern>(
  either<unknown>(
    text(),
    object<{ regex: string }>({ regex: text(0, 256) }),
    object<{ absent: true }>({ absent: oneOf<true>(true) }),
  ),
);
const patterns = record(pattern);
const matchKeys = {
  method: optional(pattern),
  path: optional(pattern),
  host: optional(pattern),
  query: optional(patterns),
  baggage: optional(patterns),
  headers: optional(patterns),
};
const match = object<Match>({ ...matchKeys, not: optional(object<NonNullable<Match["not"]>>(matchKeys)) });

const criteria = object<WatchCriteria>({
  status: optional(list(object<StatusRange>({ least: whole(0, 999), most: whole(0, 999) }))),
  withinMs: optional(ms),
  headers: optional(patterns),
  connectMs: optional(ms),
  end: optional(oneOf<"clean">("clean")),
});

const sticky: Shape<`header:${string}`> = (value, at) =>
  typeof value === "string" && value.startsWith("header:")
    ? text(1, 256)(value.slice("header:".length), at)
    : `${at}: expected request, connection, trace or header:<name>`;
const share = object<Share>({
  steps: list(number(0, 1), 1),
  eachMs: ms,
  by: either<Share["by"]>(oneOf<"request" | "connection" | "trace">("request", "connection", "trace"), sticky),
});

const fault = object<FaultOrder>({
  id: name,
  run: name,
  name,
  edge: name,
  endpoints: orNull(list(name)),
  action: checkAction,
  match: orNull(match),
  share,
  pulse: orNull(object<NonNullable<FaultOrder["pulse"]>>({ liveMs: number(1, LONGEST_MS), restMs: ms })),
  seed: number(),
  stealth: flag,
  shadow: flag,
  notAfterMs: number(0, LONGEST_FAULT_MS),
});
const watch = object<Watch>({
  id: name,
  edge: name,
  match: orNull(match),
  of: oneOf<Watch["of"]>("all", "treated", "untreated"),
  good: criteria,
  capture: optional(oneOf<true>(true)),
  cancelled: optional(oneOf<"bad" | "ignore" | "judge">("bad", "ignore", "judge")),
});
const marked = object<MarkOrder>({
  run: name,
  key: text(32, 32),
  tag: whole(0, 65_535),
  faults: list(object<MarkedFault>({ id: name, edge: name, match: orNull(match), endpoints: orNull(list(name)) })),
});
const edge = object<EdgeOrder>({
  id: name,
  listen: name,
  protocol: oneOf<"http" | "tcp">("http", "tcp"),
  endpoints: list(name),
  healthPath: orNull(name),
  limits: optional(
    object<Partial<EdgeLimits>>({
      ...{ connectMs: optional(ms), headMs: optional(ms), idleMs: optional(ms), stallMs: optional(ms) },
      ...{ tunnelMs: optional(ms), halfClosedMs: optional(ms), lingerMs: optional(ms) },
      headBytes: optional(whole(1_024, 1_048_576)),
    }),
  ),
});

type Message<T extends ToAgent["type"]> = Extract<ToAgent, { type: T }>;
const leaseMs = number(1, 60_000);
const shapes: { readonly [T in ToAgent["type"]]: Shape<Message<T>> } = {
  welcome: object<Message<"welcome">>(
    {
      ...{ type: oneOf<"welcome">("welcome"), session: name, epoch: whole(), leaseMs, edges: orNull(list(edge)) },
      ...{ minor: optional(whole()), cluster: optional(name) },
    },
    "passed over",
  ),
  edges: object<Message<"edges">>({ type: oneOf<"edges">("edges"), session: name, edges: list(edge) }),
  apply: object<Message<"apply">>({
    type: oneOf<"apply">("apply"),
    session: name,
    epoch: whole(),
    gen: whole(),
    basis: whole(),
    leaseMs,
    faults: list(fault),
    watches: list(watch),
    allotments: record(whole(), name),
    marks: optional(list(marked)),
  }),
  renew: object<Message<"renew">>({
    type: oneOf<"renew">("renew"),
    session: name,
    epoch: whole(),
    gen: whole(),
    basis: whole(),
    leaseMs,
  }),
  noted: object<Message<"noted">>({ type: oneOf<"noted">("noted"), session: name, n: whole() }),
  drop: object<Message<"drop">>({ type: oneOf<"drop">("drop"), nonce: name }, "passed over"),
};

export type CheckedMessage =
  | { readonly message: ToAgent }
  /** `heard`: the message's own claims, as far as readable, so that the answer can name the message. */
  | {
      readonly problem: string;
      readonly heard: {
        readonly type: string;
        readonly session: string;
        readonly epoch: number;
        readonly gen: number;
      };
    };

/** Checks a message of the server; returns the message, or the problem. Takes any value and never throws. */
export const checkToAgent = (value: unknown): CheckedMessage => {
  const heard = Object(value) as Record<string, unknown>;
  const type = typeof heard.type === "string" ? heard.type : "";
  const problem = Object.hasOwn(shapes, type)
    ? shapes[type as ToAgent["type"]](value, type)
    : expected("welcome, edges, apply, renew, noted or drop", heard.type, "type");
  if (problem === null) return { message: value as ToAgent };
  const mark = (n: unknown) => (Number.isSafeInteger(n) && (n as number) >= 0 ? (n as number) : 0);
  const session = typeof heard.session === "string" ? heard.session : "";
  return { problem, heard: { type, session, epoch: mark(heard.epoch), gen: mark(heard.gen) } };
};

/** The same for the faults of a local order, which come without a lease. */
export const checkFaults = (
  value: unknown,
): { readonly faults: readonly FaultOrder[] } | { readonly problem: string } => {
  const problem = list(fault)(value, "faults");
  return problem === null ? { faults: value as readonly FaultOrder[] } : { problem };
};
