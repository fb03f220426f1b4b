/** Journal of a dry run, for tests: the records that the server would send to the page. */
import type { JournalRecord } from "../../experiments/model/journal/journal.ts";
import type { Plan } from "../../experiments/model/plan/plan.ts";
import { EXAMPLE } from "../../experiments/model/run/example.ts";
import { type SimulatedWorld, simulate } from "../../experiments/model/run/simulation.ts";

export const createdOf = (plan: Plan = EXAMPLE, source: unknown = { kind: "Experiment" }) => ({
  ...{ plan, file: null, description: "", labels: {}, annotations: {}, source },
});
export const simulatedJournal = (
  changes: Partial<SimulatedWorld> = {},
  plan: Plan = EXAMPLE,
): readonly JournalRecord[] => {
  const { events } = simulate(plan, changes);
  const entries = [
    { kind: "created", created: createdOf(plan) } as const,
    ...events.map((event) => ({ kind: "event", event }) as const),
    { kind: "closed", count: events.length + 1, head: "" } as const,
  ];
  return entries.map((entry, i) => ({ sequence: i + 1, wallMs: 1_700_000_000_000 + i, entry, hash: "" }));
};
