/** Plans a start request, or lists all issues. No state is touched before that. */
import { randomBytes, randomInt } from "node:crypto";
import { plannedRadius } from "../../../experiments/model/blast-radius/planned.ts";
import { type Issue, quote } from "../../../experiments/model/document/issue.ts";
import { nearest } from "../../../experiments/model/document/suggestion.ts";
import type { Experiment } from "../../../experiments/model/experiment/experiment.ts";
import { meshFitIssues } from "../../../experiments/model/experiment/mesh-check.ts";
import type { RunCreated } from "../../../experiments/model/journal/journal.ts";
import type { Mesh } from "../../../experiments/model/mesh/mesh.ts";
import { type ConnectedInstance, resolveTargets, type Selection } from "../../../experiments/model/mesh/targets.ts";
import {
  asRunId,
  type DocumentName,
  edgeAt,
  edgeEnds,
  type RunId,
  type ServiceName,
  spellEdge,
} from "../../../experiments/model/names.ts";
import type { Plan } from "../../../experiments/model/plan/plan.ts";
import { planExperiment } from "../../../experiments/model/plan/plan-experiment.ts";
import { parseExperiment } from "../../../experiments/model/read/experiment.ts";
import { ApiError } from "../../errors.ts";
import { type CommandConfig, whyCommandDenied } from "../../security/commands.ts";
import { withoutSecrets } from "../redaction.ts";
import type { StartRequest } from "./request.ts";

/** Context that an experiment is checked against. */
export interface PlanContext {
  readonly mesh: Mesh | null;
  readonly allowExec: boolean;
  /** Commands that `process` probes may run by name. */
  readonly commands?: Readonly<Record<string, CommandConfig>>;
  /** Services of the mesh that a keeper of this server starts; absent: none, so that no process can be struck. */
  readonly startedServices?: readonly ServiceName[];
  /** Connected agents, whose instance labels the experiment may select. */
  readonly instances?: readonly ConnectedInstance[];
}
/** Planned start. `created` is free of secrets; `plan` is executed unchanged, with the names that `created` knows. */
export interface PlannedStart {
  readonly plan: Plan;
  readonly created: RunCreated;
  readonly mesh: Mesh;
}

const refuse = (issues: readonly Issue[]): never => {
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : "";
  throw new ApiError("invalid-experiment", `${issues[0]!.message}${more}`, issues);
};

/** Checks the experiment against the mesh and the permissions of this server. */
export const checkExperiment = (
  value: unknown,
  { mesh, allowExec, commands = {}, instances = [], startedServices = [] }: PlanContext,
): { experiment: Experiment; mesh: Mesh } => {
  if (mesh === null) throw new ApiError("no-mesh", "this server watches no mesh, so no experiment can run on it");
  const parsed = parseExperiment(value);
  if ("problems" in parsed) return refuse(parsed.problems);
  const { experiment } = parsed;
  const issues = meshFitIssues(experiment, mesh, instances, ({ name }) => startedServices.includes(name));
  if (issues.length > 0) return refuse(issues);
  for (const { name, probe } of [...experiment.hypothesis, ...experiment.halt]) {
    const refusal = probe.kind === "process" ? whyCommandDenied(probe.params, { allowExec, commands }) : null;
    if (refusal !== null) throw new ApiError("exec-not-allowed", `${JSON.stringify(name)} ${refusal}`);
  }
  return { experiment, mesh };
};

/**
 * Checks a selection, which narrows the faulted callers: an unknown name in the selection would silently narrow no
 * fault.
 */
const checkSelection = (
  selection: Selection,
  { faults }: Experiment,
  mesh: Mesh,
  instances: readonly ConnectedInstance[],
) => {
  const onEdges = faults.filter(({ service }) => service === undefined);
  const struck = onEdges.flatMap(({ edge }) => resolveTargets(mesh, edge, instances)).map(({ edge }) => edge);
  const callers = [...new Set(struck.filter((edge) => edgeAt(edge) === "caller").map((edge) => edgeEnds(edge)[0]))];
  const calleeEdgeOf = (name: string) => struck.find((edge) => edgeAt(edge) === "callee" && edgeEnds(edge)[0] === name);
  return Object.keys(selection)
    .filter((name) => !callers.includes(name) || calleeEdgeOf(name) !== undefined)
    .map((name): Issue => {
      const atCallee = calleeEdgeOf(name);
      if (atCallee !== undefined) {
        const message = `callers are selected by instance at the caller only, and a fault strikes ${spellEdge(atCallee)}: every instance of ${name} would be struck there`;
        return { path: ["select", name], message };
      }
      const suggestion = nearest(name, callers);
      const message = `no fault strikes calls of ${quote(name)}; those of ${callers.join(", ")} are`;
      const issue = { path: ["select", name], message };
      return suggestion === undefined ? issue : { ...issue, suggestion };
    });
};
/** Checks targets: labels of the experiment and of the selection that exclude each other leave no instance to fault. */
const checkTargets = ({ faults }: Plan): readonly Issue[] =>
  faults.flatMap(({ name, targets }, i) =>
    targets.length > 0
      ? []
      : [{ path: ["spec", "faults", i, "edge"], message: `the selection leaves ${quote(name)} nothing to strike` }],
  );

/** Longest readable part of a run id: with the random part an id stays within the 100 characters of the API. */
const LONGEST_STEM = 90;
/**
 * Run id that is readable and fit for a path: `checkout-survives-3f9a1c2b`, `shop-checkout-survives-3f9a1c2b`. The
 * random part makes the id unique: `shop/x` and `shop-x` have the same readable part.
 */
export const newRunId = (experiment: DocumentName): RunId =>
  asRunId(`${experiment.replace("/", "-").slice(0, LONGEST_STEM)}-${randomBytes(4).toString("hex")}`);
export const newSeed = (): number => randomInt(2 ** 31 - 1);

const withNamesOf = (plan: Plan, { faults, expectations, guardrails }: Plan): Plan => ({
  ...plan,
  faults: plan.faults.map((fault, i) => ({ ...fault, name: faults[i]!.name })),
  expectations: plan.expectations.map((expectation, i) => ({ ...expectation, name: expectations[i]!.name })),
  guardrails: plan.guardrails.map((guardrail, i) => ({ ...guardrail, name: guardrails[i]!.name })),
});

export type PlanRequest = Pick<StartRequest, "experiment" | "seed" | "mode" | "select" | "static" | "strict">;
/** Plans a submission for the run `run`. Throws ApiError. */
export const planRequest = (
  { experiment: value, mode, select = {}, ...asked }: PlanRequest,
  ground: PlanContext,
  run: (experiment: DocumentName) => RunId,
): { experiment: Experiment; mesh: Mesh; plan: Plan } => {
  const { instances = [] } = ground;
  const { experiment, mesh } = checkExperiment(value, ground);
  const strangers = checkSelection(select, experiment, mesh, instances);
  if (strangers.length > 0) refuse(strangers);
  const seed = asked.seed ?? experiment.seed ?? newSeed();
  const { static: isStatic = false, strict = false } = asked;
  const options = { run: run(experiment.name), seed, mode, instances, select, static: isStatic, strict };
  const drawn = planExperiment(experiment, mesh, options);
  const plan: Plan = { ...drawn, radius: plannedRadius(drawn, mesh) };
  const bare = checkTargets(plan);
  if (bare.length > 0) refuse(bare);
  return { experiment, mesh, plan };
};

export const planStart = (submission: StartRequest, ground: PlanContext): PlannedStart => {
  const { file, lines, redact, attached, labels: more = {} } = submission;
  const { experiment, mesh, plan } = planRequest(submission, ground, newRunId);
  const { description, labels, annotations } = experiment;
  const created = withoutSecrets(
    {
      ...{ plan, file, description, annotations, source: submission.experiment },
      labels: { ...labels, ...more },
      ...(lines === undefined ? {} : { lines }),
      ...(attached ? { attached } : {}),
    } satisfies RunCreated,
    redact,
  );
  return { plan: withNamesOf(plan, created.plan), created, mesh };
};
