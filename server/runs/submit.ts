/** From what was submitted to a plan, or to everything that is wrong with it. Nothing is touched before that. */
import { randomBytes, randomInt } from "node:crypto";
import { type Experiment, parseExperiment } from "../../experiments/model/experiment.ts";
import type { Created } from "../../experiments/model/journal.ts";
import { checkAgainstMesh, type Mesh } from "../../experiments/model/mesh.ts";
import type { RunId } from "../../experiments/model/names.ts";
import { type Mode, type Plan, planExperiment } from "../../experiments/model/plan.ts";
import type { Issue } from "../../experiments/model/problem.ts";
import { Refusal } from "../api/errors.ts";
import { withoutSecrets } from "./redaction.ts";

export interface Submission {
  readonly experiment: unknown;
  readonly file: string | null;
  readonly seed: number | null;
  readonly mode: Mode;
  readonly redact: readonly string[];
  readonly attached: boolean;
}
export interface Ground {
  readonly mesh: Mesh | null;
  readonly allowExec: boolean;
}
/** Free of secrets in `created`; `plan` is what is really done, with the names that `created` knows. */
export interface Submitted {
  readonly plan: Plan;
  readonly created: Created;
}

const refuse = (issues: readonly Issue[]): never => {
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : "";
  throw new Refusal("invalid-experiment", `${issues[0]!.message}${more}`, issues);
};

/** The experiment, held against the mesh and what this server may do. */
export const checkExperiment = (
  value: unknown,
  { mesh, allowExec }: Ground,
): { experiment: Experiment; mesh: Mesh } => {
  if (mesh === null) throw new Refusal("no-mesh", "this server watches no mesh, so no experiment can run on it");
  const parsed = parseExperiment(value);
  if ("problems" in parsed) return refuse(parsed.problems);
  const { experiment } = parsed;
  const issues = checkAgainstMesh(experiment, mesh);
  if (issues.length > 0) return refuse(issues);
  const runsCommands = [...experiment.hypothesis, ...experiment.halt].find(({ probe }) => probe.kind === "process");
  if (runsCommands !== undefined && !allowExec)
    throw new Refusal(
      "exec-not-allowed",
      `${JSON.stringify(runsCommands.name)} runs a command, which this server was not allowed to: start it with --allow-exec`,
    );
  return { experiment, mesh };
};

/** Unique, readable, and fit for a path: `checkout-survives-3f9a1c2b`. */
const newRunId = (name: string): RunId => `${name}-${randomBytes(4).toString("hex")}`;
export const newSeed = (): number => randomInt(2 ** 31 - 1);

const withNamesOf = (plan: Plan, { faults, expectations, guardrails }: Plan): Plan => ({
  ...plan,
  faults: plan.faults.map((fault, i) => ({ ...fault, name: faults[i]!.name })),
  expectations: plan.expectations.map((expectation, i) => ({ ...expectation, name: expectations[i]!.name })),
  guardrails: plan.guardrails.map((guardrail, i) => ({ ...guardrail, name: guardrails[i]!.name })),
});

export const submit = (submission: Submission, ground: Ground): Submitted => {
  const { experiment, mesh } = checkExperiment(submission.experiment, ground);
  const { file, mode, redact } = submission;
  const seed = submission.seed ?? experiment.seed ?? newSeed();
  const plan = planExperiment(experiment, mesh, { run: newRunId(experiment.name), seed, mode });
  const { description, labels, annotations } = experiment;
  const created = withoutSecrets(
    { plan, file, description, labels, annotations, source: submission.experiment } satisfies Created,
    redact,
  );
  return { plan: withNamesOf(plan, created.plan), created };
};
