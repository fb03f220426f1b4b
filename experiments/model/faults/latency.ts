import { z } from "zod";
import { orShort } from "../notation/short-form.ts";
import { formatDuration, sayDuration, sayRoundedDuration } from "../units/duration.ts";
import { duration, share } from "../units/schemas.ts";
import { defineFault } from "./fault.ts";

const at = z
  .enum(["request", "response", "connect"])
  .prefault("request")
  .describe(
    "What is late: the request, the response, or the opening of a connection. A message with a length, or of a document's type, is late as a whole; of a stream (events, gRPC, lines of JSON, TCP) each part is.",
  );
const fixed = z.strictObject({
  delay: duration.describe("How much later it passes.").meta({ examples: ["2s"] }),
  jitter: duration.prefault("0s").describe("How much the delay varies."),
  distribution: z
    .enum(["uniform", "normal", "pareto"])
    .prefault("uniform")
    .describe(
      "How the delay is drawn. `uniform`: delay ± jitter. `normal`: jitter is one standard deviation. `pareto`: delay is the least, jitter the scale.",
    ),
  at,
});
const measured = z.strictObject({
  percentiles: z
    .record(z.string(), duration)
    .refine((table) => Object.keys(table).length >= 2, { error: "name at least two percentiles" })
    .transform((table, context) => {
      const points = Object.entries(table).map(([key, ms]) => ({ at: share.safeDecode(key).data ?? Number.NaN, ms }));
      points.sort((a, b) => a.at - b.at);
      if (points.some((point, i) => Number.isNaN(point.at) || (i > 0 && point.ms < points[i - 1]!.ms))) {
        context.addIssue({
          code: "custom",
          message: 'expected percentiles that rise, such as { "50%": 20ms, "99%": 900ms }',
        });
        return z.NEVER;
      }
      return points;
    })
    .meta({
      title: "map of percentiles",
      description: "Measured percentiles of the delay, two at least; between them the delay is interpolated.",
      examples: [{ "50%": "20ms", "99%": "900ms" }],
    }),
  at,
});

export const latency = defineFault({
  summary: "makes requests, responses or connections late",
  params: orShort({
    value: duration,
    key: "delay",
    map: z.union([fixed, measured]),
    example: { delay: "2s" },
    title: "duration",
  }),
  describe: (params) => {
    const what = {
      request: "passes requests on",
      response: "passes responses back",
      connect: "serves new connections",
    }[params.at];
    if ("percentiles" in params)
      return `${what} late, by measured percentiles up to ${formatDuration(params.percentiles.at(-1)!.ms)}`;
    const spread =
      params.jitter === 0
        ? ""
        : params.distribution === "uniform"
          ? ` (±${formatDuration(params.jitter)})`
          : ` (${params.distribution}, ${formatDuration(params.jitter)})`;
    return `${what} ${formatDuration(params.delay)} late${spread}`;
  },
  noun: (params) => {
    const of = { request: "", response: " of responses", connect: " of new connections" }[params.at];
    if ("percentiles" in params)
      return `latency${of} by measured percentiles up to ${sayDuration(params.percentiles.at(-1)!.ms)}`;
    return `${sayDuration(params.delay)}${params.jitter === 0 ? "" : ` ±${sayDuration(params.jitter)}`} latency${of}`;
  },
  label: (params) => {
    if ("percentiles" in params) return `up to +${sayRoundedDuration(params.percentiles.at(-1)!.ms)}`;
    const { delay, jitter, distribution } = params;
    if (jitter === 0) return `+${sayRoundedDuration(delay)}`;
    return `+${sayRoundedDuration(delay)} ±${sayRoundedDuration(jitter)}${distribution === "uniform" ? "" : ` ${distribution}`}`;
  },
  lossless: () => true,
  leastHoldMs(params) {
    // An exchange on a connection that was opened before is not late.
    if (params.at === "connect") return 0;
    if ("percentiles" in params) return params.percentiles[0]!.at === 0 ? params.percentiles[0]!.ms : 0;
    const { delay, jitter, distribution } = params;
    if (distribution === "pareto" || jitter === 0) return delay;
    return distribution === "uniform" ? Math.max(0, delay - jitter) : 0;
  },
});
