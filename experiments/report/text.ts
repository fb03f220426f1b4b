/** A report for people at a terminal. */
import { edgeIdOf, spellEdge } from "../model/names.ts";
import { sayDamage, sayDamagedSince, sayRadiusCoverage } from "../model/report/radius-words.ts";
import type { ExpectationReport, RunReport } from "../model/report/report.ts";
import { terminal } from "./escape/terminal.ts";
import type { Paint } from "./terminal/paint.ts";
import { type Cell, table } from "./terminal/table.ts";
import { clip, widthOf, wrap } from "./terminal/width.ts";
import {
  auditOf,
  countOf,
  erroredOf,
  exposedOf,
  firstLine,
  headlineOf,
  metOf,
  objectiveOf,
  recoveredOf,
  seconds,
} from "./words.ts";

export interface TextOptions {
  /** Sentences are broken here. */
  readonly width: number;
  /** Tables and names are cut here; absent: where sentences are broken. */
  readonly tableWidth?: number;
  readonly paint: Paint;
}
type Shown = (text: string) => string;
export const paintOf = (headline: string, paint: Paint): Shown =>
  headline === "HELD" ? paint.good : headline === "BROKEN" || headline === "RESIDUE" ? paint.bad : paint.warn;

/** Counts that are left out of the table when nought in every row: most runs spare, cap and leave no exchanges. */
const RARE = ["spared", "capped", "untouched", "escaped", "squeezed", "refused"] as const;
const receiptLines = (
  { receipts }: RunReport,
  { width: sentence, tableWidth: width = sentence, paint }: TextOptions,
): string[] => {
  if (receipts.length === 0) return [];
  const rare = RARE.filter((key) => receipts.some((receipt) => (receipt[key] ?? 0) > 0));
  const right = (title: string) => ({ title: title.toUpperCase(), side: "right" as const });
  const columns = [
    { title: "FAULT", elastic: 1 },
    { title: "EDGE", elastic: 1 },
    ...["seen", "matched", "hit", ...rare].map(right),
  ];
  const rows = receipts.map((receipt): Cell[] => [
    { text: terminal(receipt.fault) },
    { text: terminal(spellEdge(edgeIdOf(receipt))) },
    { text: String(receipt.seen) },
    { text: String(receipt.matched) },
    { text: String(receipt.injected), paint: receipt.injected === 0 ? paint.warn : paint.bold },
    ...rare.map((key) => ({ text: String(receipt[key] ?? 0) })),
  ]);
  return [
    "",
    ...table(columns, rows, { width, indent: "  ", paint, wraps: true }),
    ...endpointLines(receipts, sentence, paint),
  ];
};
/** Hits of each endpoint, for edges with several. */
const endpointLines = (receipts: RunReport["receipts"], width: number, paint: Paint): string[] =>
  receipts.flatMap(({ fault, endpoints }) => {
    if (endpoints === undefined) return [];
    const hits = Object.entries(endpoints).map(([address, count]) => `${address} ${count}`);
    return wrap(terminal(`${fault}, hits by endpoint: ${hits.join(", ")}`), width, "  ").map(paint.dim);
  });

/** Most changes of instances that are printed: a flapping mesh makes one a second. */
const MOST_INSTANCES = 10;
const instanceLines = ({ instances = [] }: RunReport, { width, paint }: TextOptions): string[] => {
  if (instances.length === 0) return [];
  const more = instances.length - MOST_INSTANCES;
  const says = [
    ...instances.slice(0, MOST_INSTANCES).map((change) => change.says),
    ...(more > 0 ? [`${more} more changes of instances.`] : []),
  ];
  return ["", ...says.flatMap((line) => wrap(terminal(line), width, "  ").map(paint.dim))];
};

const firstBadLine = (
  expectation: ExpectationReport,
  { width: sentence, tableWidth: width = sentence, paint }: TextOptions,
): string[] => {
  const [bad] = expectation.firstBad;
  if (bad === undefined) return [];
  return [
    paint.dim(clip(`  ${terminal(expectation.name)}: first bad ${seconds(bad.atMs)} in: ${terminal(bad.why)}`, width)),
  ];
};
/** Lines on errored samples, printed whatever the verdict: a HELD run may rest on fewer samples than expected. */
const erroredLines = ({ expectations }: RunReport, { width, paint }: TextOptions): string[] =>
  expectations.flatMap(({ name, errored }) =>
    errored === undefined ? [] : wrap(`${terminal(name)}: ${terminal(erroredOf(errored))}`, width, "  ").map(paint.dim),
  );
const expectationLines = (run: RunReport, options: TextOptions): string[] => {
  if (run.expectations.length === 0) return [];
  const { width: sentence, tableWidth: width = sentence, paint } = options;
  const columns = [
    { title: "EXPECTATION", elastic: 1 },
    { title: "OBJECTIVE" },
    ...["BASELINE", "DURING", "RECOVERY", "EXPOSED"].map((title) => ({ title, side: "right" as const })),
    { title: "MET" },
  ];
  const rows = run.expectations.map((expectation): Cell[] => [
    { text: terminal(expectation.name) },
    { text: objectiveOf(expectation) },
    { text: countOf(expectation.phases.baseline) },
    { text: countOf(expectation.phases.during) },
    { text: countOf(expectation.phases.recovery) },
    { text: exposedOf(expectation) },
    {
      text: metOf(expectation.met),
      paint: expectation.met === null ? paint.warn : expectation.met ? paint.good : paint.bad,
    },
  ]);
  const bad = run.expectations.filter(({ met }) => met === false).flatMap((broken) => firstBadLine(broken, options));
  const more = [...bad, ...erroredLines(run, options)];
  return [
    "",
    ...table(columns, rows, { width, indent: "  ", paint, wraps: true }),
    ...(more.length === 0 ? [] : ["", ...more]),
  ];
};

const radiusLines = (run: RunReport, { width, tableWidth = width, paint }: TextOptions): string[] => {
  const { radius } = run;
  if (radius === undefined) return [];
  const columns = [
    { title: "SERVICE", elastic: 1 },
    { title: "STATE" },
    { title: "SINCE" },
    { title: "WHY", givesWay: 1 },
  ];
  const rows = radius.services.map((service): Cell[] => [
    { text: terminal(service.service) },
    { text: sayDamage(service), ...(service.leak ? { paint: paint.bad } : {}) },
    { text: sayDamagedSince(run, service) },
    { text: terminal(service.reason) },
  ]);
  const sight = wrap(terminal(sayRadiusCoverage(radius)), width, "  ");
  return [
    "",
    ...(rows.length === 0 ? [] : table(columns, rows, { width: tableWidth, indent: "  ", paint, wraps: true })),
    ...sight.map(paint.dim),
  ];
};

/** Strikes on processes, each with the time of its recovery. */
const strikeLines = ({ strikes = [] }: RunReport, { width }: TextOptions): string[] =>
  strikes.length === 0 ? [] : ["", ...strikes.flatMap(({ said }) => wrap(terminal(`${said}.`), width, "  "))];

const tailLines = (run: RunReport, { width, paint }: TextOptions): string[] => {
  const recovered = recoveredOf(run);
  const audit = auditOf(run);
  const agents = `${run.audit.length} agent${run.audit.length === 1 ? "" : "s"}`;
  const lines = [
    ...(recovered === null ? [] : [recovered]),
    ...(audit === null ? [] : [`audit: ${audit} (${agents})`]),
    ...run.audit
      .filter((audited) => run.state === "finished" && audited.grade !== "attested")
      .map((audited) => `  ${terminal(audited.agent)}: ${audited.grade}, ${terminal(audited.detail)}`),
  ].flatMap((line) => wrap(line, width, "  "));
  const residue =
    run.residue.length === 0 ? [] : wrap(`RESIDUE on ${run.residue.map(terminal).join(", ")}`, width, "  ");
  return [...(lines.length + residue.length === 0 ? [] : [""]), ...lines, ...residue.map(paint.bad)];
};

/** Run id, seed and duration are never cut: facts that do not fit beside the name stand below the name. */
const headLines = (run: RunReport, { width: sentence, tableWidth: width = sentence, paint }: TextOptions): string[] => {
  const headline = headlineOf(run);
  const facts = run.id === "" ? ["not run"] : [`run ${terminal(run.id)}`, `seed ${run.seed}`, seconds(run.durationMs)];
  const name = `${headline}  ${terminal(run.experiment)}`;
  const beside = `${name}  ${facts.join("  ")}`;
  const isOne = widthOf(beside) <= width;
  const first = isOne ? beside : clip(name, width);
  const painted = paintOf(headline, paint)(paint.bold(first.slice(0, headline.length))) + first.slice(headline.length);
  return isOne ? [painted] : [painted, ...wrap(facts.join("  "), width, "  ")];
};
/** Text report of a run: verdict, reason, receipts, expectations, recovery, audit. Ends without a line break. */
export const textReport = (run: RunReport, options: TextOptions): string => {
  const { width, tableWidth = width, paint } = options;
  return [
    ...headLines(run, options),
    ...run.reason.split("\n").flatMap((line) => wrap(terminal(line), width, "  ")),
    ...(run.file === null ? [] : [paint.dim(clip(`  ${terminal(run.file)}`, tableWidth))]),
    ...(run.warnings ?? []).flatMap((warning) => wrap(terminal(`Warning: ${warning}`), width, "  ").map(paint.warn)),
    ...receiptLines(run, options),
    ...instanceLines(run, options),
    ...strikeLines(run, options),
    ...expectationLines(run, options),
    ...radiusLines(run, options),
    ...tailLines(run, options),
  ].join("\n");
};

/** Table of several runs, a line for each run. */
export const textTable = (
  runs: readonly RunReport[],
  { width: sentence, tableWidth: width = sentence, paint }: TextOptions,
): string => {
  const rows = runs.map((run): Cell[] => {
    const headline = headlineOf(run);
    return [
      { text: headline, paint: paintOf(headline, paint) },
      { text: terminal(run.experiment) },
      { text: String(run.receipts.reduce((sum, { injected }) => sum + injected, 0)) },
      { text: seconds(run.durationMs) },
      { text: terminal(firstLine(run.reason)) },
    ];
  });
  const columns = [
    { title: "VERDICT" },
    { title: "EXPERIMENT", elastic: 2 },
    { title: "HITS", side: "right" as const },
    { title: "TOOK", side: "right" as const },
    { title: "REASON", givesWay: 1 },
  ];
  return table(columns, rows, { width, indent: "", paint }).join("\n");
};
