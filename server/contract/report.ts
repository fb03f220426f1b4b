/** The report of a run, for OpenAPI; must fit the type in experiments/model/report/report.ts, which documents the meaning. */
import { z } from "zod";
import type { RunReport } from "../../experiments/model/report/report.ts";
import type { Run } from "../../experiments/model/run/run.ts";
import type { ReasonCode, Verdict } from "../../experiments/model/verdict/verdict.ts";
import { agentInstance, edgeId, runId } from "./ids.ts";
import { instant, mode } from "./words.ts";

export const verdict = z
  .enum(["HELD", "BROKEN", "INVALID", "INCONCLUSIVE", "HALTED", "RESIDUE"])
  .meta({ id: "Verdict" }) satisfies z.ZodType<Verdict>;
/** State of a run. Checked against the model in both directions: a state that is missing here does not compile. */
export const runState = z
  .enum(["queued", "preparing", "warming", "baseline", "injecting", "reverting", "recovering", "auditing", "finished"])
  .meta({ id: "RunState" }) satisfies z.ZodType<Run["at"]>;
export type StatesFit = Run["at"] extends z.output<typeof runState> ? true : never;
/** Reason code of a verdict: new codes may come, so a client must accept an unknown code. */
export const because = z.string() as unknown as z.ZodType<ReasonCode, string>;
const phase = z.enum(["baseline", "during", "recovery"]).meta({ id: "Phase" });

const badSample = z
  .object({
    atMs: z.number(),
    why: z.string(),
    status: z.number().optional(),
    latencyMs: z.number().optional(),
  })
  .meta({ id: "BadSample" });
const counts = { good: z.int(), bad: z.int(), errored: z.int(), left: z.int().exactOptional() };
/** Counts by the words of ErroredCause: new words may come. */
const erroredBy = z.record(z.string(), z.int());
const tally = z
  .object({
    of: z.string(),
    phase,
    fromMs: z.number(),
    toMs: z.number(),
    ...counts,
    firstBad: z.array(badSample),
    struck: z.int().exactOptional(),
    firstErrored: z.string().exactOptional(),
    erroredBy: erroredBy.exactOptional(),
    p50: z.number().optional(),
    p99: z.number().optional(),
    latencies: z.array(z.int()).exactOptional(),
    firstGoodMs: z.number().optional(),
  })
  .meta({ id: "Tally" });
const receipt = z
  .object({
    fault: z.string(),
    from: z.string(),
    to: z.string(),
    at: z.literal("callee").exactOptional().describe("Place of the edge; absent: at the caller."),
    unit: z.enum(["exchange", "connection"]),
    seen: z.int(),
    matched: z.int(),
    injected: z.int(),
    spared: z.int(),
    capped: z.int(),
    untouched: z.int(),
    endpoints: z
      .record(z.string(), z.int())
      .exactOptional()
      .describe("Hits by address of the endpoint, where the edge has several; absent: no hit, or a single endpoint."),
    escaped: z
      .int()
      .exactOptional()
      .describe(
        "Units that passed the live fault by: carried by the process before an upgrade of the agent, by an agent that " +
          "ended, or not redirected to the agent; absent: none.",
      ),
    escapedBy: z.literal("redirect").exactOptional().describe("Cause of `escaped`; absent: an upgrade, or an end."),
    squeezed: z
      .int()
      .exactOptional()
      .describe("Units slowed down by more than the delay, because the memory for held bytes was full; absent: none."),
    refused: z.int().exactOptional().describe("Callers that agents refused for a lack of their own; absent: none."),
    ordinals: z.array(z.int()),
  })
  .meta({ id: "Receipt" });
const quantiles = z
  .object({ n: z.int(), p50: z.number(), p95: z.number(), p99: z.number() })
  .meta({ id: "LatencyQuantiles", description: "Over `n` samples, ms." });
const expectation = z
  .object({
    name: z.string(),
    probe: z.string(),
    objective: z.partialRecord(phase, z.number()),
    phases: z.partialRecord(phase, z.object(counts)),
    met: z.boolean().nullable(),
    exposure: z
      .object({
        by: z.enum(["mark", "agents", "graph", "metrics", "unknown", "none", "bystander"]),
        ...{ samples: z.int(), struck: z.int(), averted: z.int(), atLeast: z.int(), atMost: z.int() },
      })
      .nullable(),
    reason: z.string(),
    firstBad: z.array(badSample),
    errored: z.object({ by: erroredBy, first: z.string().nullable() }).exactOptional(),
    latency: z
      .object({ withinMs: z.number().nullable(), phases: z.partialRecord(phase, quantiles) })
      .exactOptional()
      .describe("Latencies of the samples that count, by phase; `withinMs`: longer is bad. Known to 2%."),
    timeline: z.array(tally),
  })
  .meta({ id: "ExpectationReport" });

const radius = z
  .object({
    services: z.array(
      z.object({
        service: z.string(),
        state: z.enum(["slow", "failing", "unreachable", "contained"]),
        leak: z.boolean(),
        sinceMs: z.number(),
        reason: z.string(),
        stop: z.enum(["timeout", "fallback", "nothing-sent", "absorbed"]).exactOptional(),
        may: z.enum(["fail", "slow"]).exactOptional().describe("Declared damage; absent: none is declared."),
      }),
    ),
    leaks: z.array(
      z.object({
        service: z.string(),
        edge: edgeId,
        how: z.enum(["failing", "slow"]),
        sinceMs: z.number(),
        atMs: z.number(),
        reason: z.string(),
      }),
    ),
    beyond: z.int(),
    measured: z.array(z.object({ edge: edgeId, detectable: z.number() })),
    unseen: z.array(edgeId),
  })
  .meta({ id: "RadiusReport" });

const neighbourhood = z
  .object({
    services: z.array(z.object({ service: z.string(), may: z.enum(["fail", "slow"]).nullable() })),
    edges: z.array(z.object({ from: z.string(), to: z.string(), struck: z.boolean() })),
    beyond: z.int(),
  })
  .meta({ id: "Neighbourhood", description: "The mesh around the struck edges, for a picture of the run." });

export const runReport = z
  .object({
    id: runId,
    file: z.string().nullable(),
    line: z.int().exactOptional().describe("In `file` as it was run; absent: it is not known."),
    experiment: z.string(),
    description: z.string(),
    mode: mode,
    state: runState,
    phase: phase.nullable(),
    verdict: verdict.nullable(),
    because: because.nullable(),
    reason: z.string(),
    injected: z.boolean(),
    seed: z.int(),
    startedAt: instant,
    durationMs: z.number(),
    spans: z.partialRecord(phase, z.object({ fromMs: z.number(), toMs: z.number().nullable() })),
    faults: z.array(
      z.object({
        name: z.string(),
        description: z.string(),
        edges: z.array(edgeId),
        service: z.string().exactOptional().describe("The service whose process it strikes; absent: a fault on edges."),
        fromMs: z.number(),
        toMs: z.number(),
      }),
    ),
    receipts: z.array(receipt),
    expectations: z.array(expectation),
    recoveredMs: z.number().nullable(),
    audit: z.array(
      z.object({
        agent: agentInstance,
        grade: z.enum(["attested", "witnessed", "inferred", "unknown"]),
        detail: z.string(),
      }),
    ),
    residue: z.array(agentInstance),
    exits: z
      .array(z.object({ service: z.string(), how: z.string(), atMs: z.number(), live: z.array(z.string()) }))
      .exactOptional(),
    instances: z
      .array(
        z.object({
          service: z.string(),
          came: z.array(z.string()),
          went: z.array(z.string()),
          atMs: z.number(),
          says: z.string(),
        }),
      )
      .exactOptional()
      .describe("Instances of services that came and went, by address."),
    strikes: z
      .array(
        z.object({
          fault: z.string(),
          service: z.string(),
          kind: z.enum(["kill", "restart", "pause"]),
          atMs: z.number().describe("Run time at which the exit, or the stop, was seen."),
          awayMs: z.number().nullable().describe("Until it was ready again, or went on; null: it was not."),
          said: z.string(),
        }),
      )
      .exactOptional(),
    warnings: z.array(z.string()).exactOptional(),
    radius: radius.exactOptional(),
    neighbourhood: neighbourhood.exactOptional(),
  })
  .meta({ id: "Run", description: "The report of one run, finished or under way." }) satisfies z.ZodType<unknown>;
/**
 * Compile-time check in both directions, as far as optional fields allow: a field missing from the report does not
 * compile.
 */
export type ReportFits = RunReport extends Record<keyof z.output<typeof runReport>, unknown> ? true : never;
