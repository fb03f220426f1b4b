/** Live traffic of the mesh's edges, the live faults on the edges, and the reach of the damage. */
import { z } from "zod";
import { edgeId, runId } from "./ids.ts";
import { runState } from "./report.ts";
import type { Frozen, Route, StreamEvent } from "./route.ts";
import { instant, text } from "./words.ts";

/** Traffic of an edge over the last seconds, of all agents that serve the edge. */
export const edgeTraffic = z
  .object({
    edge: edgeId,
    perSecond: z.number().describe("Exchanges that ended, a second."),
    treatedPerSecond: z.number().describe("Of those, how many a fault acted on, a second."),
    errors: z
      .number()
      .nullable()
      .describe("Share of them that got no answer, or one of 5xx; TCP: that did not end clean. null: none ended."),
    unanswered: z
      .number()
      .nullable()
      .describe("Share of them that got no answer; they count among the errors. null: none ended."),
    cancelled: z
      .number()
      .nullable()
      .describe("Share of them that their callers gave up; they count among the errors. null: none ended."),
    p50Ms: z.number().nullable().describe("Latencies, ms; null: none ended."),
    p95Ms: z.number().nullable(),
    p99Ms: z.number().nullable(),
    open: z.int().describe("Exchanges under way."),
  })
  .meta({ id: "EdgeTraffic" });
export type EdgeTraffic = Frozen<z.output<typeof edgeTraffic>>;

/** A fault that agents hold on an edge. */
export const liveFault = z
  .object({
    run: runId,
    fault: z.string(),
    kind: z.string(),
    description: z.string().describe("`passes requests on 2s late`."),
    label: z.string().describe("The same in a few letters: `+2 s ±200 ms`, `stall`."),
    edge: edgeId,
    share: z.number().describe("At this moment: of what it matches, 0..1."),
    endsAt: instant.nullable().describe("When it is planned to end; null: that is not known."),
  })
  .meta({ id: "LiveFault" });
export type LiveFault = Frozen<z.output<typeof liveFault>>;

const change = z.object({ before: z.number(), now: z.number() }).meta({ id: "BeforeAndNow" });
/** Degradation of an edge compared with the run's baseline. */
export const damagedEdge = z
  .object({
    edge: edgeId,
    how: z
      .enum(["failing", "slow", "quiet"])
      .describe(
        "`failing`: more errors; `slow`: a longer p95; both: failing. `quiet`: hardly anything is sent any more.",
      ),
    errors: change,
    p95Ms: change,
    perSecond: change,
  })
  .meta({ id: "DamagedEdge" });
export type DamagedEdge = Frozen<z.output<typeof damagedEdge>>;

/** A service affected by the faults of a run. */
export const damagedService = z
  .object({
    service: z.string(),
    state: z
      .enum(["slow", "failing", "unreachable", "contained"])
      .describe(
        "`contained`: its own calls got worse, what it answers did not. Else what it answers got worse; `unreachable`: hardly anybody gets an answer.",
      ),
    leak: z.boolean().describe("More than the file declares."),
    reason: z.string().describe("One sentence with numbers."),
  })
  .meta({ id: "DamagedService" });
/** Service where the damage ends: a call of the service got worse, the service's answers did not. */
export const stop = z
  .object({
    service: z.string(),
    edge: edgeId,
    why: z
      .enum(["timeout", "fallback", "nothing-sent", "absorbed"])
      .describe(
        "`timeout`: it gives up. `fallback`: it answers without. `nothing-sent`: it asks no more. `absorbed`: it waits, and has the time.",
      ),
    reason: z.string(),
  })
  .meta({ id: "Stop" });
/** Blast radius of an active run: the services declared to be affected, and the services that do. */
export const radius = z
  .object({
    run: runId,
    experiment: z.string(),
    state: runState,
    struck: z.array(edgeId).describe("Edges that its faults strike, live or not."),
    declared: z
      .array(z.object({ service: z.string(), may: z.enum(["fail", "slow"]) }))
      .describe("Services declared to be affected, and how: `fail`, or only get slower."),
    measured: z.boolean().describe("False: there is no baseline to compare with, so no damage can be stated."),
    edges: z.array(damagedEdge),
    services: z.array(damagedService),
    stops: z.array(stop),
  })
  .meta({ id: "Radius" });
export type Radius = Frozen<z.output<typeof radius>>;

export const trafficNow = z
  .object({
    at: instant,
    revision: z.string().nullable().describe("Of the mesh; null: there is none."),
    edges: z
      .array(edgeTraffic)
      .describe("Edges on which an agent was heard of; an edge that is not among them is not watched by anybody."),
    faults: z.array(liveFault),
    radii: z.array(radius),
  })
  .meta({ id: "Traffic" });
export type TrafficNow = Frozen<z.output<typeof trafficNow>>;
/** An event of `GET /api/v1/traffic/events`. */
const trafficEvent = { schema: "TrafficEvent", event: "traffic", data: trafficNow } as const satisfies StreamEvent;

/** One second of an edge's traffic. */
export const trafficSecond = z
  .object({
    at: instant,
    exchanges: z.int(),
    treated: z.int(),
    failed: z.int(),
    cancelled: z.int().describe("Of the failed: given up by their callers."),
    p50Ms: z.number().nullable(),
    p99Ms: z.number().nullable(),
  })
  .meta({ id: "TrafficSecond" });
export type TrafficSecond = Frozen<z.output<typeof trafficSecond>>;

export const traffic = {
  "GET /api/v1/traffic": {
    operation: "readTraffic",
    summary: "Shows the present traffic of each edge, the live faults, and the reach of the damage",
    reply: trafficNow,
  },
  "GET /api/v1/traffic/events": {
    operation: "streamTraffic",
    summary: "Streams the traffic as server-sent events, once a second",
    reply: "text/event-stream",
    event: trafficEvent,
  },
  "GET /api/v1/traffic/edges/:edge": {
    operation: "readEdgeTraffic",
    errors: ["no-such-edge"],
    summary: "Shows the traffic of an edge in each of the last 300 seconds",
    params: z.strictObject({ edge: text(135).brand<"EdgeId">().describe("`checkout->payments`.") }),
    reply: z.object({ edge: edgeId, seconds: z.array(trafficSecond) }),
  },
} as const satisfies Record<string, Route>;
