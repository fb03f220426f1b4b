/** A plan for people: targets, probes and refusals. */

import { formatPath } from "../../experiments/model/document/issue.ts";
import { demandOf } from "../../experiments/model/explain/experiment.ts";
import { describeCriteria, describeMatch } from "../../experiments/model/explain/phrases.ts";
import { describeFault } from "../../experiments/model/faults/index.ts";
import { ANY_PORT } from "../../experiments/model/mesh/mesh.ts";
import { carrierOf, type EdgeId, spellEdge } from "../../experiments/model/names.ts";
import { sayKeptConnections } from "../../experiments/model/plan/kept-connections.ts";
import type { Plan, PlannedExpectation } from "../../experiments/model/plan/plan.ts";
import { redirectWordsOf } from "../../experiments/model/plan/redirect-words.ts";
import { plannedSamples } from "../../experiments/model/plan/samples.ts";
import { describeProbe } from "../../experiments/model/probes/index.ts";
import { spellCount } from "../../experiments/model/text/words.ts";
import { formatDuration } from "../../experiments/model/units/duration.ts";
import { formatShare } from "../../experiments/model/units/share.ts";
import { sayPlannedShows } from "../../experiments/model/verdict/bounds.ts";
import { terminal } from "../../experiments/report/escape/terminal.ts";
import { table } from "../../experiments/report/terminal/table.ts";
import { wrap } from "../../experiments/report/terminal/width.ts";
import { PHASES } from "../../experiments/report/words.ts";
import type { PlanReply } from "../../server/contract/index.ts";
import type { Output } from "../output.ts";
import { heading } from "../terminal/heading.ts";

export interface Planned {
  readonly file: string;
  readonly plan: Plan;
  /** Edges that faults or probes use, each with the listening address of the agent. */
  readonly edges: readonly {
    readonly edge: EdgeId;
    readonly listen: string;
    readonly agent: string;
    readonly faults: readonly string[];
  }[];
  readonly warnings: readonly string[];
  /** Sentence on the run's faults and the services declared to be affected. */
  readonly impact: string;
  /**
   * Agents that the run would affect there, and the reasons why a start would be refused; null: no server was asked.
   */
  readonly server: Pick<PlanReply, "agents" | "connections" | "refusals"> | null;
}

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

/** `match path /charge; 2s live, 8s at rest`: details that a table has no room for. */
const finerLines = ({ plan, server }: Planned, { width, outPaint }: Output): string[] =>
  plan.faults.flatMap((fault) => {
    const { name, match, pulse, hits, unit, targets } = fault;
    const units = unit === "connection" ? "connections" : "requests";
    const parts = [
      describeMatch(match) === "" ? `matches all ${units}` : `matches ${describeMatch(match)}`,
      ...(pulse === null
        ? []
        : [`pulse: live for ${formatDuration(pulse.liveMs)}, then at rest for ${formatDuration(pulse.restMs)}`]),
      ...targets.flatMap(({ edge, endpoints }) =>
        endpoints === null
          ? []
          : [
              `of ${spellEdge(edge)} only ${endpoints.join(", ")}; ${sayKeptConnections(server?.connections?.find((kept) => kept.fault === name && kept.edge === edge))}`,
            ],
      ),
      ...redirectWordsOf(fault),
      `proof: ${spellCount(hits.atLeast, "hit")} on ${hits.edges === "every" ? "every edge" : "some edge"}`,
    ];
    return wrap(terminal(`${name}: ${parts.join("; ")}`), width(), "  ").map(outPaint.dim);
  });
const faultLines = ({ plan }: Planned, { width, outPaint }: Output): string[] => {
  const rows = plan.faults.map((fault) => [
    { text: terminal(fault.name) },
    { text: terminal(fault.targets.map(({ edge }) => spellEdge(edge)).join(", ")) },
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
  return table(columns, rows, { width: width(), indent: "  ", paint: outPaint, wraps: true });
};

/** Names of the faults that an agent holds, derived from fault ids without the run and the edge; absent: all faults. */
const heldText = (plan: Plan, faults: readonly string[] | undefined): string =>
  faults === undefined
    ? plan.faults.map(({ name }) => name).join(", ")
    : [...new Set(faults.map((id) => id.slice(id.indexOf("/") + 1, id.lastIndexOf("@"))))].join(", ") || "nothing";
const agentLines = ({ plan, edges, server }: Planned, { width, outPaint }: Output): string[] => {
  if (server === null) {
    const lines = edges.map(({ agent, listen, edge }) =>
      listen === ANY_PORT
        ? `an agent beside ${carrierOf(edge)} with \`--intercept\` (${spellEdge(edge)})`
        : `agent ${agent} at ${listen} (${spellEdge(edge)})`,
    );
    return [...new Set(lines)].flatMap((line) => wrap(terminal(line), width(), "  "));
  }
  if (server.agents.length === 0) return [outPaint.warn("  no agent that is ready serves these edges")];
  const agents = [...server.agents].sort((a, b) => (a.instance < b.instance ? -1 : 1));
  const rows = agents.map(({ instance, faults }) => [
    { text: terminal(instance) },
    { text: terminal(heldText(plan, faults)) },
  ]);
  const columns = [
    { title: "INSTANCE", elastic: 1 },
    { title: "STRUCK BY", elastic: 1 },
  ];
  return table(columns, rows, { width: width(), indent: "  ", paint: outPaint, wraps: true });
};
const expectationLines = ({ plan }: Planned, { width, outPaint }: Output): string[] => {
  const right = (title: string) => ({ title, side: "right" as const });
  const columns = [
    { title: "EXPECTATION", elastic: 1 },
    { title: "PROBE", elastic: 1 },
    ...["BASELINE", "DURING", "RECOVERY", "MAY BE BAD"].map(right),
  ];
  const rows = plan.expectations.map((expectation) => [
    { text: terminal(expectation.name) },
    { text: terminal(describeProbe(expectation.probe, expectation.endpoints)) },
    ...PHASES.map((phase) => ({ text: samplesOf(plan, expectation, phase) })),
    { text: allowedBad(plan, expectation) },
  ]);
  const shows = plan.expectations.flatMap((expectation) => {
    const said = sayPlannedShows(plan, expectation);
    return said === null ? [] : wrap(terminal(`${expectation.name}: ${said}`), width(), "  ").map(outPaint.dim);
  });
  return [...table(columns, rows, { width: width(), indent: "  ", paint: outPaint, wraps: true }), ...shows];
};

/** Criteria and objective of each expectation: `good with status 2xx; 99% in every phase`. */
const criteriaLines = ({ plan }: Planned, { width, outPaint }: Output): string[] =>
  plan.expectations.flatMap((expectation) => {
    const { name, good } = expectation;
    return wrap(terminal(`${name}: good with ${describeCriteria(good)}; ${demandOf(expectation)}`), width(), "  ").map(
      outPaint.dim,
    );
  });
const guardrailLines = ({ plan }: Planned, { width }: Output): string[] =>
  plan.guardrails.flatMap(({ name, probe, good, trip, blind }) => {
    const unseen = blind === "halt" ? `, or errors ${trip.of} times in a row` : "";
    const halts = `halts the run when it is bad ${trip.bad} times of ${trip.of}${unseen}`;
    return wrap(
      terminal(`guardrail ${name}: ${describeProbe(probe)}, good with ${describeCriteria(good)}; ${halts}`),
      width(),
      "  ",
    );
  });

/** Ends without a line break. */
export const planText = (planned: Planned, output: Output): string => {
  const { outPaint, width } = output;
  const { plan, file, warnings, server, impact } = planned;
  const { warmupMs, baselineMs, settleMs, duringMs, recovery } = plan.phases;
  const times = [
    ...[`warm-up ${formatDuration(warmupMs)}`, `baseline ${formatDuration(baselineMs)}`],
    ...[`during ${formatDuration(duringMs)}${settleMs > 0 ? ` (settles ${formatDuration(settleMs)})` : ""}`],
    `recovery within ${formatDuration(recovery.withinMs)}, held ${formatDuration(recovery.holdMs)}`,
    `deadline ${formatDuration(plan.limits.deadlineMs)}`,
  ];
  const radius = plan.limits.services.length === 0 ? "no other service" : plan.limits.services.map(terminal).join(", ");
  const cap = plan.limits.requests === null ? "no cap on hits" : `at most ${spellCount(plan.limits.requests, "hit")}`;
  const refusals = (server?.refusals ?? []).map(
    ({ path, message }) => `Refused: ${path.length > 0 ? `${formatPath(path)}: ` : ""}${message}`,
  );
  return [
    ...heading(plan.experiment, file, { width: width(), paint: outPaint }),
    ...wrap(terminal(impact), width(), "  "),
    "",
    ...wrap(times.join(", "), width(), "  "),
    `  declared: ${radius} (callers: ${plan.limits.callers}); ${cap}`,
    ...["", ...faultLines(planned, output), ...finerLines(planned, output), "", ...agentLines(planned, output)],
    ...["", ...expectationLines(planned, output), ...criteriaLines(planned, output), ""],
    ...(plan.guardrails.length === 0 ? [] : [...guardrailLines(planned, output), ""]),
    ...warnings.flatMap((warning) => wrap(terminal(warning), width(), "  ")).map(outPaint.warn),
    ...refusals.flatMap((refusal) => wrap(terminal(refusal), width(), "  ")).map(outPaint.bad),
  ].join("\n");
};
