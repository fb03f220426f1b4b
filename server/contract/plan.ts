/** A plan, for OpenAPI; experiments/model/plan/plan.ts documents the meaning. */
import { z } from "zod";
import { problem } from "./error.ts";
import { agentBoot, agentInstance, edgeId, faultId, runId } from "./ids.ts";
import { mode } from "./words.ts";

const named = z.looseObject({ name: z.string() });
const target = z.looseObject({
  edge: edgeId,
  protocol: z.string(),
  endpoints: z.array(z.string()).nullable(),
});

export const plan = z
  .looseObject({
    run: runId,
    experiment: z.string(),
    mesh: z.string(),
    seed: z.int(),
    mode,
    phases: z.looseObject({
      warmupMs: z.number(),
      baselineMs: z.number(),
      settleMs: z.number(),
      duringMs: z.number(),
      recovery: z.object({ withinMs: z.number(), holdMs: z.number() }),
    }),
    onBroken: z.enum(["revert", "continue"]),
    faults: z.array(
      z.looseObject({ name: z.string(), targets: z.array(target), fromMs: z.number(), toMs: z.number() }),
    ),
    expectations: z.array(named),
    guardrails: z.array(named),
    limits: z.looseObject({}),
    leaseMs: z.number(),
    agents: z.array(z.object({ instance: agentInstance, boot: agentBoot, faults: z.array(faultId).optional() })),
    connections: z
      .array(z.object({ fault: z.string(), edge: edgeId, open: z.int(), selected: z.int() }))
      .describe(
        "Open connections where a fault selects endpoints, and those to the selected; unknown edges are absent.",
      ),
    refusals: z
      .array(problem)
      .describe("What a policy, a freeze or the gate would say to a start now; empty: nothing."),
  })
  .meta({ id: "Plan" });
