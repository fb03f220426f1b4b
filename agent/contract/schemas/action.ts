/**
 * Parameters of each fault kind on the wire: the model form, which files cannot give directly. An unknown parameter is
 * refused: injecting anything but the ordered fault would falsify every verdict on the run.
 */
import { z } from "zod";
import type { FaultAction, FaultKind, FaultParams } from "../../../experiments/model/faults/index.ts";
import { LONGEST_BODY, LONGEST_GRACE_MS, LONGEST_MS } from "../limits.ts";
import { count, duration, holding, name, share, text, typed } from "./values.ts";

const status = z.int().min(200).max(599);
const body = z.string().max(LONGEST_BODY);
const direction = z.enum(["both", "request", "response"]);
const at = z.enum(["request", "response", "connect"]);
const edits = { headers: z.record(text, body.nullable()), body: body.optional() };

/** Table of all kinds: a forgotten kind does not compile. */
const params: { readonly [K in FaultKind]: z.ZodType<FaultParams<K>> } = {
  latency: typed<FaultParams<"latency">>()(
    z.union([
      z.strictObject({
        delay: duration,
        jitter: duration,
        distribution: z.enum(["uniform", "normal", "pareto"]),
        at,
      }),
      holding(
        z.strictObject({
          percentiles: z
            .array(z.strictObject({ at: share, ms: duration }))
            .min(2)
            .max(1_000),
          at,
        }),
        "risingPercentiles",
      ),
    ]),
  ),
  abort: typed<FaultParams<"abort">>()(z.strictObject({ status, body, headers: z.record(text, body) })),
  partition: typed<FaultParams<"partition">>()(
    holding(z.strictObject({ how: z.enum(["refuse", "reset", "blackhole", "stall"]), direction }), "directedHolding"),
  ),
  reset: typed<FaultParams<"reset">>()(
    holding(
      z.strictObject({
        after: duration,
        afterBytes: count.optional(),
        every: z.number().min(100).max(LONGEST_MS).optional(),
      }),
      "singleTrigger",
    ),
  ),
  bandwidth: typed<FaultParams<"bandwidth">>()(
    z.strictObject({ rate: z.number().min(0), per: z.enum(["edge", "connection"]), direction }),
  ),
  slowClose: typed<FaultParams<"slowClose">>()(z.strictObject({ delay: duration })),
  limitBytes: typed<FaultParams<"limitBytes">>()(
    z.strictObject({ bytes: count, direction: z.enum(["request", "response"]) }),
  ),
  slice: typed<FaultParams<"slice">>()(
    holding(
      z.strictObject({ size: z.int().min(1), variation: count, pause: duration, direction }),
      "variationBelowSize",
    ),
  ),
  corrupt: typed<FaultParams<"corrupt">>()(z.strictObject({ bytes: share, direction })),
  rewrite: typed<FaultParams<"rewrite">>()(
    holding(
      z.strictObject({
        request: z.strictObject({ ...edits, path: name.optional() }).optional(),
        response: z.strictObject({ ...edits, status: status.optional() }).optional(),
      }),
      "namedSide",
    ),
  ),
  throttle: typed<FaultParams<"throttle">>()(
    z.strictObject({
      rate: z.number().positive(),
      burst: z.int().min(1).optional(),
      status: z.int().min(400).max(599),
      retryAfter: duration,
    }),
  ),
  kill: typed<FaultParams<"kill">>()(
    holding(
      z.strictObject({
        signal: z.enum(["KILL", "TERM"]),
        restart: duration,
        every: z.number().min(1_000).max(LONGEST_MS).optional(),
        within: duration,
      }),
      "restartInTime",
    ),
  ),
  restart: typed<FaultParams<"restart">>()(
    z.strictObject({ grace: z.number().min(0).max(LONGEST_GRACE_MS), within: duration }),
  ),
  pause: typed<FaultParams<"pause">>()(z.strictObject({})),
};

const kinds = Object.entries(params).map(([kind, of]) => z.strictObject({ kind: z.literal(kind), params: of }));
type Kinds = [(typeof kinds)[number], ...(typeof kinds)[number][]];
export const action = z.discriminatedUnion("kind", kinds as Kinds) as unknown as z.ZodType<FaultAction>;
