/**
 * Facts about each fault kind that an agent needs without the kind's schema, which would load zod: the parameters'
 * shape on the wire (model form), the protocols, and the unit that is counted. A test holds this table to
 * `experiments/model/faults`. An unknown parameter is refused: injecting anything but the ordered fault would falsify
 * every verdict on the run.
 */
import type { Protocol, Unit } from "../../experiments/model/faults/fault.ts";
import type { FaultAction, FaultKind, FaultParams } from "../../experiments/model/faults/index.ts";
import { expected, list, number, object, oneOf, optional, orNull, record, type Shape, text, whole } from "./shape.ts";

/** Longest duration of any timed parameter: 24 h. */
export const LONGEST_MS = 86_400_000;
const ms = number(0, LONGEST_MS);
const bytes = whole();
const share = number(0, 1);
const status = whole(200, 599);
const body = text(0, 65_536);
const direction = oneOf<"both" | "request" | "response">("both", "request", "response");
const edits = { headers: record(orNull(text(0, 65_536))), body: optional(body) };

type FixedLatency = Exclude<FaultParams<"latency">, { percentiles: unknown }>;
type MeasuredLatency = Extract<FaultParams<"latency">, { percentiles: unknown }>;
const at = oneOf<"request" | "response" | "connect">("request", "response", "connect");
const fixed = object<FixedLatency>({
  delay: ms,
  jitter: ms,
  distribution: oneOf<FixedLatency["distribution"]>("uniform", "normal", "pareto"),
  at,
});
const measured = object<MeasuredLatency>({
  percentiles: list(object<MeasuredLatency["percentiles"][number]>({ at: share, ms }), 2, 1_000) as Shape<
    MeasuredLatency["percentiles"]
  >,
  at,
});

/** Shape with a condition between keys. */
const and =
  <T>(shape: Shape<T>, holds: (value: T) => boolean, otherwise: string): Shape<T> =>
  (value, at) =>
    shape(value, at) ?? (holds(value as T) ? null : `${at}: ${otherwise}`);

const latency: Shape<FaultParams<"latency">> = (value, at) =>
  typeof value === "object" && value !== null && "percentiles" in value ? rising(value, at) : fixed(value, at);
const rising = and(
  measured,
  ({ percentiles }) => percentiles.every((p, i) => i === 0 || p.ms >= percentiles[i - 1]!.ms),
  "expected percentiles that rise",
);

type Rewrite = FaultParams<"rewrite">;
interface KindFacts<K extends FaultKind> {
  readonly params: Shape<FaultParams<K>>;
  readonly protocols: readonly Protocol[];
  /** Unit that the kind counts over HTTP; over TCP the unit is always the connection. */
  unit(params: FaultParams<K>): Unit;
}
const BOTH: readonly Protocol[] = ["http", "tcp"];
const exchange = () => "exchange" as const;
const connection = () => "connection" as const;

const kinds: { readonly [K in FaultKind]: KindFacts<K> } = {
  latency: { params: latency, protocols: BOTH, unit: ({ at }) => (at === "connect" ? "connection" : "exchange") },
  abort: {
    params: object<FaultParams<"abort">>({ status, body, headers: record(text(0, 65_536)) }),
    protocols: ["http"],
    unit: exchange,
  },
  partition: {
    params: and(
      object<FaultParams<"partition">>({
        how: oneOf<FaultParams<"partition">["how"]>("refuse", "reset", "blackhole", "stall"),
        direction,
      }),
      ({ how, direction }) => direction === "both" || how === "blackhole" || how === "stall",
      "a direction goes with blackhole or stall",
    ),
    protocols: BOTH,
    unit: connection,
  },
  reset: {
    params: and(
      object<FaultParams<"reset">>({
        after: ms,
        afterBytes: optional(bytes),
        every: optional(number(100, LONGEST_MS)),
      }),
      ({ afterBytes, every }) => afterBytes === undefined || every === undefined,
      "either afterBytes or every",
    ),
    protocols: BOTH,
    unit: connection,
  },
  bandwidth: {
    params: object<FaultParams<"bandwidth">>({
      rate: number(0),
      per: oneOf<"edge" | "connection">("edge", "connection"),
      direction,
    }),
    protocols: BOTH,
    unit: exchange,
  },
  slowClose: { params: object<FaultParams<"slowClose">>({ delay: ms }), protocols: BOTH, unit: connection },
  limitBytes: {
    params: object<FaultParams<"limitBytes">>({
      bytes,
      direction: oneOf<"request" | "response">("request", "response"),
    }),
    protocols: BOTH,
    unit: exchange,
  },
  slice: {
    params: and(
      object<FaultParams<"slice">>({ size: whole(1), variation: bytes, pause: ms, direction }),
      ({ size, variation }) => variation < size,
      "variation must be less than size",
    ),
    protocols: BOTH,
    unit: exchange,
  },
  corrupt: { params: object<FaultParams<"corrupt">>({ bytes: share, direction }), protocols: BOTH, unit: exchange },
  rewrite: {
    params: and(
      object<Rewrite>({
        request: optional(object<NonNullable<Rewrite["request"]>>({ ...edits, path: optional(text(1)) })),
        response: optional(object<NonNullable<Rewrite["response"]>>({ ...edits, status: optional(status) })),
      }),
      ({ request, response }) => request !== undefined || response !== undefined,
      "name what to change: request or response",
    ),
    protocols: ["http"],
    unit: exchange,
  },
  throttle: {
    params: object<FaultParams<"throttle">>({
      rate: and(number(0), (rate) => rate > 0, "expected a rate above 0"),
      burst: optional(whole(1)),
      status: whole(400, 599),
      retryAfter: ms,
    }),
    protocols: ["http"],
    unit: exchange,
  },
};

export const isKnown = (kind: string): kind is FaultKind => Object.hasOwn(kinds, kind);
export const protocolsOf = (kind: FaultKind): readonly Protocol[] => kinds[kind].protocols;
export const unitOf = <K extends FaultKind>({ kind, params }: FaultAction<K>): Unit => kinds[kind].unit(params);

/** Checks a fault's kind and parameters; returns the problem, or null. */
export const checkAction: Shape<FaultAction> = (value, at) => {
  const { kind, params, ...rest } = Object(value) as Record<string, unknown>;
  if (typeof kind !== "string" || !isKnown(kind))
    return expected("a fault kind that this agent knows", kind, `${at}.kind`);
  const [unknown] = Object.keys(rest);
  if (unknown !== undefined) return `${at}.${unknown}: not known`;
  return (kinds[kind].params as Shape<unknown>)(params, `${at}.params`);
};
