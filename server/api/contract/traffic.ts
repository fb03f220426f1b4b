/** What passes the edges of the mesh at this moment, the faults that are live on them, and how far their damage reaches. */
import { z } from "zod";
import type { Frozen, Route } from "./route.ts";
import { instant, text } from "./words.ts";

/** Over the last seconds, of all agents that serve the edge. */
export const edgeTraffic = z.object({
  edge: z.string(),
  /** Exchanges that ended, a second. */
  perSecond: z.number(),
  /** Of those, how many a fault acted on, a second. */
  treatedPerSecond: z.number(),
  /** Share of them that got no answer, or one of 5xx; TCP: that did not end clean. null: none ended. */
  errors: z.number().nullable(),
  /** Share of them that their callers gave up; they count among the errors. null: none ended. */
  cancelled: z.number().nullable(),
  /** Latencies, ms; null: none ended. */
  p50Ms: z.number().nullable(),
  p95Ms: z.number().nullable(),
  p99Ms: z.number().nullable(),
  /** Exchanges under way. */
  open: z.int(),
});
export type EdgeTraffic = Frozen<z.output<typeof edgeTraffic>>;

/** A fault that agents hold on an edge. */
export const liveFault = z.object({
  run: z.string(),
  fault: z.string(),
  kind: z.string(),
  /** `adds 2 s`. */
  description: z.string(),
  edge: z.string(),
  /** At this moment: of what it matches, 0..1. */
  share: z.number(),
  /** When it is planned to end; null: that is not known. */
  endsAt: instant.nullable(),
});
export type LiveFault = Frozen<z.output<typeof liveFault>>;

const change = z.object({ before: z.number(), now: z.number() });
/** How an edge is worse than in the run's own baseline. */
export const hurtEdge = z.object({
  edge: z.string(),
  /** `failing`: more errors; `slower`: a longer p95; both: failing. `quiet`: hardly anything is sent any more. */
  how: z.enum(["failing", "slower", "quiet"]),
  errors: change,
  p95Ms: change,
  perSecond: change,
});
export type HurtEdge = Frozen<z.output<typeof hurtEdge>>;

/** A service that feels the faults of a run. */
export const hurtService = z.object({
  service: z.string(),
  /** `failing`, `slower`: what it answers got worse. `contains`: its own calls got worse, what it answers did not. */
  state: z.enum(["failing", "slower", "contains"]),
  /** More than the file declares. */
  leak: z.boolean(),
  /** One sentence with numbers. */
  reason: z.string(),
});
/** Where the damage ends: a call of the service got worse, what it answers did not. */
export const stop = z.object({
  service: z.string(),
  edge: z.string(),
  /** `timeout`: it gives up. `fallback`: it answers without. `nothing-sent`: it asks no more. `absorbed`: it waits, and has the time. */
  why: z.enum(["timeout", "fallback", "nothing-sent", "absorbed"]),
  reason: z.string(),
});
/** Of one run that is under way: who may suffer, and who does. */
export const radius = z.object({
  run: z.string(),
  experiment: z.string(),
  state: z.string(),
  /** Edges that its faults strike, live or not. */
  struck: z.array(z.string()),
  /** Who may suffer, and how much: `fail`, or only get slower. */
  declared: z.array(z.object({ service: z.string(), may: z.enum(["fail", "slow"]) })),
  /** False: there is no baseline to compare with, so nothing is said to be hurt. */
  measured: z.boolean(),
  edges: z.array(hurtEdge),
  services: z.array(hurtService),
  stops: z.array(stop),
});
export type Radius = Frozen<z.output<typeof radius>>;

export const trafficNow = z.object({
  at: instant,
  /** Of the mesh; null: there is none. */
  revision: z.string().nullable(),
  /** Edges on which an agent was heard of; an edge that is not among them is not watched by anybody. */
  edges: z.array(edgeTraffic),
  faults: z.array(liveFault),
  radii: z.array(radius),
});
export type TrafficNow = Frozen<z.output<typeof trafficNow>>;

/** One second of one edge. */
export const trafficSecond = z.object({
  at: instant,
  exchanges: z.int(),
  treated: z.int(),
  failed: z.int(),
  /** Of the failed: given up by their callers. */
  cancelled: z.int(),
  p50Ms: z.number().nullable(),
  p99Ms: z.number().nullable(),
});
export type TrafficSecond = Frozen<z.output<typeof trafficSecond>>;

export const traffic = {
  "GET /api/v1/traffic": {
    summary: "Tells what passes each edge now, which faults are live, and how far their damage reaches",
    reply: trafficNow,
  },
  /** One event `traffic` a second, with a TrafficNow each. */
  "GET /api/v1/traffic/events": {
    summary: "Streams the same as server-sent events, once a second",
    reply: "text/event-stream",
  },
  "GET /api/v1/traffic/edges/:edge": {
    summary: "Tells what passed one edge in each of the last 300 seconds",
    /** `checkout->payments`. */
    params: z.strictObject({ edge: text(128) }),
    reply: z.object({ edge: z.string(), seconds: z.array(trafficSecond) }),
  },
} as const satisfies Record<string, Route>;
