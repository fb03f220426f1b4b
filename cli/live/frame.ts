/** A picture of an active run, for a terminal that can be redrawn. Pure: plan, report and time in, lines out. */

import type { Phase } from "../../experiments/model/experiment/phase.ts";
import { sayImpact } from "../../experiments/model/explain/impact.ts";
import { spellEdge } from "../../experiments/model/names.ts";
import type { Plan } from "../../experiments/model/plan/plan.ts";
import type { ExpectationReport, PhaseCount, RunReport } from "../../experiments/model/report/report.ts";
import { formatShare } from "../../experiments/model/units/share.ts";
import { terminal } from "../../experiments/report/escape/terminal.ts";
import type { Paint } from "../../experiments/report/terminal/paint.ts";
import { clip, pad, widthOf, wrap } from "../../experiments/report/terminal/width.ts";
import { PHASES } from "../../experiments/report/words.ts";
import { sparkline } from "../terminal/sparkline.ts";

export interface Scene {
  readonly plan: Plan;
  readonly report: RunReport;
  /** Time since the run was created, ms. */
  readonly atMs: number;
  /** `2 of 5`, where there are several runs. */
  readonly which: string | null;
}
export interface FrameOptions {
  readonly width: number;
  readonly paint: Paint;
}

const lengthOf = ({ phases }: Plan, phase: Phase): number =>
  phase === "baseline"
    ? phases.baselineMs
    : phase === "during"
      ? phases.settleMs + phases.duringMs
      : phases.recovery.withinMs + phases.recovery.holdMs;

/** Fraction of a phase that is over, 0..1. Recovery may end long before the planned end. */
const doneOf = ({ plan, report, atMs }: Scene, phase: Phase): number => {
  const span = report.spans[phase];
  if (span === undefined) return 0;
  if (span.toMs !== null) return 1;
  return Math.min(1, Math.max(0, atMs - span.fromMs) / Math.max(1, lengthOf(plan, phase)));
};

const clock = (ms: number): string => `+${(ms / 1_000).toFixed(1)} s`;
const LEAST_BAR = 4;

/** Below this the words of the phases leave no room for bars beside the clock. */
const NARROW = 72;
/** The current phase alone, with a bar. */
const narrowLine = (scene: Scene, { width, paint }: FrameOptions): string => {
  const { phase } = scene.report;
  if (phase === null) return paint.dim("  no phase");
  const columns = Math.max(LEAST_BAR, width - phase.length - 4);
  const full = Math.round(columns * doneOf(scene, phase));
  const fill = "━".repeat(full);
  return `  ${paint.bold(phase)} ${phase === "during" ? paint.warn(fill) : paint.good(fill)}${paint.dim("╌".repeat(columns - full))}`;
};
/**
 * `baseline ━━━━ during ━━╌╌ recovery ╌╌╌╌   injecting +14.2 s`. Bars are as long as the phases, each at least four
 * columns.
 */
const phaseLines = (scene: Scene, { width, paint }: FrameOptions): readonly string[] => {
  const phases = scene.plan.mode === "baseline" ? PHASES.slice(0, 1) : PHASES;
  const right = `${scene.report.state} ${clock(scene.atMs)}`;
  if (width < NARROW) return [narrowLine(scene, { width, paint }), `  ${right}`];
  const words = phases.reduce((sum, phase) => sum + phase.length + 2, 0);
  const room = Math.max(phases.length * LEAST_BAR, width - 2 - words - widthOf(right) - 1);
  const whole = phases.reduce((sum, phase) => sum + lengthOf(scene.plan, phase), 0) || 1;
  const spare = room - phases.length * LEAST_BAR;
  const bars = phases.map((phase) => {
    const columns = LEAST_BAR + Math.floor((spare * lengthOf(scene.plan, phase)) / whole);
    const full = Math.round(columns * doneOf(scene, phase));
    const live = scene.report.phase === phase;
    const fill = "━".repeat(full);
    const bar = (phase === "during" ? paint.warn(fill) : paint.good(fill)) + paint.dim("╌".repeat(columns - full));
    return `${live ? paint.bold(phase) : paint.dim(phase)} ${bar}`;
  });
  return [`  ${bars.join(" ")}  ${right}`];
};

const NONE: PhaseCount = { good: 0, bad: 0, errored: 0 };
/** The phase under measurement; before and after the phases, the last phase with samples. */
const shownPhase = ({ report }: Scene, expectation: ExpectationReport): Phase =>
  report.phase ?? PHASES.findLast((phase) => expectation.phases[phase] !== undefined) ?? "baseline";

const markOf = (count: PhaseCount, objective: number | undefined, paint: Paint): string => {
  const seen = count.good + count.bad;
  if (seen === 0 || objective === undefined) return paint.dim("·");
  return count.good / seen >= objective ? paint.good("✓") : paint.bad("✗");
};
/** Widest name column: numbers far away from the name are hard to read. */
const WIDEST_NAME = 60;
/** Columns of a sparkline: a whole name goes before, and fewer than the least show nothing. */
const SPARK = { least: 4, most: 40 };
const longestName = ({ report }: Scene): number =>
  Math.max(...report.expectations.map(({ name }) => widthOf(terminal(name))));

const expectationLine = (scene: Scene, expectation: ExpectationReport, { width, paint }: FrameOptions): string => {
  const phase = shownPhase(scene, expectation);
  const count = expectation.phases[phase] ?? NONE;
  const objective = expectation.objective[phase];
  const shares = expectation.timeline.map(({ good, bad }) => (good + bad === 0 ? null : good / (good + bad)));
  const numbers = [
    `${pad(String(count.good), 5, "right")} good`,
    `${pad(String(count.bad), 4, "right")} bad`,
    pad(count.errored === 0 ? "" : `${count.errored}?`, 4, "right"),
    pad(objective === undefined ? "" : `≥ ${formatShare(objective)}`, 7, "right"),
  ].join(" ");
  const space = Math.max(8, width - 4 - 2 - widthOf(numbers) - 2);
  const left = Math.min(SPARK.most, space - Math.min(WIDEST_NAME, longestName(scene)));
  const spark = left < SPARK.least ? 0 : left;
  const room = Math.min(WIDEST_NAME, space - spark);
  const line = spark === 0 ? "" : sparkline(shares, spark, 1);
  const bars = shares.slice(-spark).every((share) => share === null || share === 1)
    ? paint.good(line)
    : paint.warn(line);
  return `  ${markOf(count, objective, paint)} ${pad(terminal(expectation.name), room)}  ${numbers}  ${bars}`.trimEnd();
};

/** A fault, with the receipts of all edges added up. */
const faultLines = (scene: Scene, { width, paint }: FrameOptions): string[] =>
  scene.report.faults.flatMap((fault) => {
    const receipts = scene.report.receipts.filter((receipt) => receipt.fault === fault.name);
    const sum = (key: "matched" | "injected") => receipts.reduce((total, receipt) => total + receipt[key], 0);
    const hits = `hit ${sum("injected")} of ${sum("matched")} matched`;
    const during = scene.report.spans.during;
    const offset = during === undefined ? -1 : scene.atMs - during.fromMs;
    const live = scene.report.state === "injecting" && offset >= fault.fromMs && offset < fault.toMs;
    const edges = fault.service ?? fault.edges.map(spellEdge).join(", ");
    const room = Math.min(WIDEST_NAME, Math.max(8, width - 4 - 2 - hits.length));
    const what = pad(terminal(`${fault.name}  ${edges}`), room);
    const strike = scene.report.strikes?.findLast((each) => each.fault === fault.name);
    const last = strike === undefined ? [] : [paint.dim(clip(`    ${terminal(strike.said)}`, width))];
    return [`  ${live ? paint.warn("▶") : paint.dim("▷")} ${what}  ${hits}`, ...last];
  });

/** Limit of impact lines: many faults would take the room of the changing lines. */
const MOST_IMPACT = 3;
const impactLines = ({ plan }: Scene, { width, paint }: FrameOptions): string[] =>
  wrap(terminal(sayImpact(plan)), width, "  ")
    .slice(0, MOST_IMPACT)
    .map(paint.dim);

/** Run and seed are never cut: when too long to fit beside the name, both stand below, broken rather than cut. */
const titleLines = ({ report, which }: Scene, { width, paint }: FrameOptions): readonly string[] => {
  const name = [terminal(report.experiment), ...(which === null ? [] : [which])];
  const facts = `seed ${report.seed}  ${terminal(report.id)}`;
  const [first, ...rest] = name;
  const beside = [first, facts, ...rest].join("  ");
  if (widthOf(beside) <= width) return [paint.bold(beside)];
  const counted = rest.map((part) => `  ${part}`).join("");
  const title = `${clip(first!, Math.max(1, width - widthOf(counted)))}${counted}`;
  return [paint.bold(title), ...wrap(facts, width, "  ").map(paint.dim)];
};

export const frame = (scene: Scene, options: FrameOptions): string[] => [
  ...titleLines(scene, options),
  ...impactLines(scene, options),
  ...phaseLines(scene, options),
  ...scene.report.expectations.map((expectation) => expectationLine(scene, expectation, options)),
  ...faultLines(scene, options),
];
