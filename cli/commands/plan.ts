/** `squall plan`: what a run would do, resolved against its mesh. Touches nothing and needs no server. */
import { explainExperiment } from "../../experiments/model/explain.ts";
import { describeFault } from "../../experiments/model/faults/index.ts";
import { type Plan, type PlannedExpectation, planExperiment, plannedSamples } from "../../experiments/model/plan.ts";
import { describeProbe } from "../../experiments/model/probes/index.ts";
import { formatDuration, formatShare } from "../../experiments/model/units.ts";
import { EXIT } from "../../experiments/model/verdict.ts";
import type { Command, Context } from "../context.ts";
import { json } from "../escape/json.ts";
import { terminal } from "../escape/terminal.ts";
import type { Loaded } from "../files/load.ts";
import { PHASES } from "../report/words.ts";
import { table } from "../terminal/table.ts";
import { wrap } from "../terminal/width.ts";
import { countText, type FileOptions, problemText, readExperiments } from "./options.ts";

export interface PlanOptions extends FileOptions {
  readonly seed?: number;
  readonly json?: boolean;
}
interface Planned {
  readonly file: string;
  readonly plan: Plan;
  /** Edges that faults strike or that are looked at, each with the agent that serves it. */
  readonly edges: readonly {
    readonly edge: string;
    readonly listen: string;
    readonly agent: string;
    readonly faults: readonly string[];
  }[];
  readonly warnings: readonly string[];
}
const WARNING = "Warning:";

const planOf = ({ file, experiment, mesh: { mesh } }: Loaded, options: PlanOptions): Planned => {
  const seed = options.seed ?? experiment.seed ?? 0;
  const plan = planExperiment(experiment, mesh, { run: "plan", seed, mode: "full" });
  const edges = mesh.edges.map(({ id, listen }) => ({
    ...{ edge: id, listen, agent: `${mesh.name}-agent` },
    faults: plan.faults.filter(({ targets }) => targets.some(({ edge }) => edge === id)).map(({ name }) => name),
  }));
  const warnings = explainExperiment(experiment, mesh).filter((line) => line.startsWith(WARNING));
  return { file, plan, edges: edges.filter(({ faults }) => faults.length > 0), warnings };
};

const samplesOf = (plan: Plan, expectation: PlannedExpectation, phase: (typeof PHASES)[number]): string => {
  if (expectation.objective[phase] === undefined) return "–";
  const planned = plannedSamples(plan, expectation, phase);
  return planned === null ? "traffic" : String(planned);
};
const allowedBad = (plan: Plan, expectation: PlannedExpectation): string => {
  const objective = expectation.objective.during;
  const planned = plannedSamples(plan, expectation, "during");
  if (objective === undefined) return "–";
  return planned === null
    ? formatShare(Number((1 - objective).toPrecision(6)))
    : String(Math.floor(planned * (1 - objective) + 1e-9));
};

const shareText = ({ steps, eachMs, by }: Plan["faults"][number]["share"]): string =>
  `${steps.map(formatShare).join(", ")}${steps.length > 1 ? ` each ${formatDuration(eachMs)}` : ""}${by === "request" ? "" : ` by ${by}`}`;

const faultLines = ({ plan, edges }: Planned, { output }: Context): string[] => {
  const rows = plan.faults.map((fault) => [
    { text: terminal(fault.name) },
    { text: terminal(fault.targets.map(({ edge }) => edge.replace("->", " → ")).join(", ")) },
    { text: terminal(describeFault(fault.action)) },
    { text: terminal(shareText(fault.share)) },
    { text: `${formatDuration(fault.fromMs)} to ${formatDuration(fault.toMs)}` },
  ]);
  const titles = [
    { title: "FAULT", elastic: 1 },
    { title: "EDGES", elastic: 1 },
    { title: "DOES", elastic: 1 },
  ];
  const columns = [...titles, { title: "SHARE" }, { title: "LIVE" }];
  const agents = [
    ...new Set(edges.map(({ agent, listen, edge }) => `${agent} at ${listen} (${edge.replace("->", " → ")})`)),
  ];
  const options = { width: output.width(), indent: "  ", paint: output.outPaint };
  return [
    ...table(columns, rows, options),
    "",
    ...agents.flatMap((agent) => wrap(`agent ${terminal(agent)}`, output.width(), "  ")),
  ];
};
const expectationLines = ({ plan }: Planned, { output }: Context): string[] => {
  const right = (title: string) => ({ title, side: "right" as const });
  const columns = [
    { title: "EXPECTATION", elastic: 1 },
    { title: "LOOKS", elastic: 1 },
    ...["BASELINE", "DURING", "RECOVERY", "MAY BE BAD"].map(right),
  ];
  const rows = plan.expectations.map((expectation) => [
    { text: terminal(expectation.name) },
    { text: terminal(describeProbe(expectation.probe)) },
    ...PHASES.map((phase) => ({ text: samplesOf(plan, expectation, phase) })),
    { text: allowedBad(plan, expectation) },
  ]);
  return table(columns, rows, { width: output.width(), indent: "  ", paint: output.outPaint });
};

const tell = (planned: Planned, context: Context): void => {
  const { out, outPaint, width } = context.output;
  const { plan, file, warnings } = planned;
  const { warmupMs, baselineMs, settleMs, duringMs, recovery } = plan.phases;
  const times = [
    ...[`warm-up ${formatDuration(warmupMs)}`, `baseline ${formatDuration(baselineMs)}`],
    ...[`during ${formatDuration(duringMs)}${settleMs > 0 ? ` (settles ${formatDuration(settleMs)})` : ""}`],
    `recovery within ${formatDuration(recovery.withinMs)}, held ${formatDuration(recovery.holdMs)}`,
    `deadline ${formatDuration(plan.limits.deadlineMs)}`,
  ];
  const radius = plan.limits.services.length === 0 ? "nobody else" : plan.limits.services.map(terminal).join(", ");
  const cap = plan.limits.requests === null ? "no cap on hits" : `at most ${plan.limits.requests} hits`;
  out(`${outPaint.bold(terminal(plan.experiment))}${outPaint.dim(terminal(`  ${file}`))}`);
  for (const line of wrap(times.join(", "), width(), "  ")) out(line);
  out(`  may also suffer: ${radius} (callers: ${plan.limits.callers}); ${cap}`);
  for (const line of ["", ...faultLines(planned, context), "", ...expectationLines(planned, context), ""]) out(line);
  for (const warning of warnings) for (const line of wrap(terminal(warning), width(), "  ")) out(outPaint.warn(line));
};

export const plan: Command<PlanOptions, [files: readonly string[]]> = async (context, options, files) => {
  const { output } = context;
  const reading = await readExperiments(context, files, { ...options, allowExec: true });
  if (reading.problems.length > 0) {
    output.err(problemText(reading.problems, output.paint.coloured));
    output.err(`${countText(reading.problems.length, "problem")} in ${countText(reading.failed.length, "experiment")}`);
    return EXIT.INVALID;
  }
  const planned = reading.loaded.map((loaded) => planOf(loaded, options));
  if (options.json === true) output.out(json(planned, 2));
  else for (const one of planned) tell(one, context);
  return 0;
};
