/** Reports as GitHub-flavoured Markdown: step summaries, merge request notes, files. */
import { edgeIdOf, spellEdge } from "../model/names.ts";
import { sayDamage, sayDamagedSince, sayRadiusCoverage } from "../model/report/radius-words.ts";
import type { RunReport } from "../model/report/report.ts";
import { spellCauses } from "../model/sample/errored.ts";
import { markdown } from "./escape/markdown.ts";
import {
  auditOf,
  countOf,
  exposedOf,
  firstLine,
  headlineOf,
  metOf,
  milliseconds,
  objectiveOf,
  PHASES,
  recoveredOf,
  seconds,
} from "./words.ts";

const MARK: Readonly<Record<string, string>> = { HELD: "🟢", BROKEN: "🔴", RESIDUE: "🛑", RUNNING: "⏳" };
const markOf = (headline: string): string => MARK[headline] ?? "🟡";

const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
const grid = (titles: readonly string[], sides: string, rows: readonly (readonly string[])[]): string[] =>
  rows.length === 0
    ? []
    : ["", row(titles), row([...sides].map((side) => (side === "r" ? "---:" : "---"))), ...rows.map(row)];

const radiusSection = (run: RunReport): string[] => {
  const { radius } = run;
  if (radius === undefined) return [];
  const rows = radius.services.map((service) => [
    markdown(service.service),
    service.leak ? `**${sayDamage(service)}**` : sayDamage(service),
    sayDamagedSince(run, service),
    markdown(service.reason),
  ]);
  return [...grid(["Service", "State", "Since", "Why"], "llrl", rows), "", markdown(sayRadiusCoverage(radius))];
};

const section = (run: RunReport): string[] => {
  const headline = headlineOf(run);
  const recovered = recoveredOf(run);
  const grade = auditOf(run);
  const facts = [
    run.id === "" ? "not run" : `run ${markdown(run.id)}`,
    `seed ${run.seed}`,
    seconds(run.durationMs),
    ...(run.file === null ? [] : [markdown(run.file)]),
    ...(recovered === null ? [] : [recovered]),
    ...(grade === null ? [] : [`audit ${grade}`]),
  ];
  return [
    `### ${markOf(headline)} ${headline}: ${markdown(run.experiment)}`,
    "",
    run.reason.split("\n").map(markdown).join("<br>"),
    ...(run.strikes ?? []).flatMap(({ said }) => ["", `${markdown(said)}.`]),
    ...(run.warnings ?? []).flatMap((warning) => ["", `Warning: ${markdown(warning)}`]),
    ...(run.instances ?? []).flatMap(({ says }) => ["", markdown(says)]),
    ...(run.residue.length === 0
      ? []
      : ["", `**Faults may still be live on ${run.residue.map(markdown).join(", ")}.**`]),
    ...grid(
      ["Fault", "Edge", "Seen", "Matched", "Hit", "Spared", "Capped", "Untouched"],
      "llrrrrrr",
      run.receipts.map((receipt) => [
        markdown(receipt.fault),
        markdown(spellEdge(edgeIdOf(receipt))),
        ...[receipt.seen, receipt.matched, receipt.injected, receipt.spared, receipt.capped, receipt.untouched].map(
          String,
        ),
      ]),
    ),
    ...grid(
      ["Expectation", "Objective", "Baseline", "During", "Recovery", "Exposed", "Met"],
      "llrrrl",
      run.expectations.map((expectation) => [
        markdown(expectation.name),
        objectiveOf(expectation),
        countOf(expectation.phases.baseline),
        countOf(expectation.phases.during),
        countOf(expectation.phases.recovery),
        exposedOf(expectation),
        metOf(expectation.met),
      ]),
    ),
    ...grid(
      ["Latency", "Phase", "p50", "p95", "p99", "Limit"],
      "llrrrr",
      run.expectations.flatMap(({ name, latency }) =>
        latency === undefined
          ? []
          : PHASES.flatMap((phase) => {
              const { p50, p95, p99 } = latency.phases[phase] ?? {};
              if (p50 === undefined || p95 === undefined || p99 === undefined) return [];
              const limit = latency.withinMs === null ? "–" : milliseconds(latency.withinMs);
              return [[markdown(name), phase, ...[p50, p95, p99].map(milliseconds), limit]];
            }),
      ),
    ),
    ...grid(
      ["Expectation", "Samples that errored", "The first"],
      "lll",
      run.expectations.flatMap(({ name, errored }) =>
        errored === undefined
          ? []
          : [[markdown(name), markdown(spellCauses(errored.by)), markdown(errored.first ?? "–")]],
      ),
    ),
    ...radiusSection(run),
    "",
    `<sub>${facts.join(" · ")}</sub>`,
  ];
};

/** Report as Markdown, which ends with a line break, so that further text can be appended. */
export const markdownReport = (runs: readonly RunReport[]): string => {
  const overview = grid(
    ["Verdict", "Experiment", "Hits", "Reason"],
    "llrl",
    runs.map((run) => [
      `${markOf(headlineOf(run))} ${headlineOf(run)}`,
      markdown(run.experiment),
      String(run.receipts.reduce((sum, { injected }) => sum + injected, 0)),
      markdown(firstLine(run.reason)),
    ]),
  );
  const parts = [["## Squall"], ...(runs.length > 1 ? [overview.slice(1)] : []), ...runs.map(section)];
  return `${parts.map((lines) => lines.join("\n")).join("\n\n")}\n`;
};
