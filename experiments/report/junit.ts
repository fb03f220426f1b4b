/**
 * JUnit XML in the form that Ant's schema allows (the strictest in use, and totals at the root, as Jenkins has them),
 * so that every reader takes the file: a test case for each run and for each expectation. BROKEN is a failure; a
 * verdict that proves neither (INVALID, INCONCLUSIVE, HALTED, RESIDUE) is an error and never skipped: viewers show
 * skipped as green.
 */
import type { ExpectationReport, RunReport } from "../model/report/report.ts";
import { xml } from "./escape/xml.ts";
import { PLAIN } from "./terminal/paint.ts";
import { textReport } from "./text.ts";
import { headlineOf } from "./words.ts";

const TEXT_WIDTH = 120;
/** An `xs:token`: no line breaks, no space at the ends or twice. */
const token = (text: string): string => xml(text.replace(/\s+/g, " ").trim() || "–");
const attributes = (values: Readonly<Record<string, string>>): string =>
  Object.entries(values)
    .map(([name, value]) => ` ${name}="${value}"`)
    .join("");
const time = (ms: number): string => (Math.max(0, ms) / 1_000).toFixed(3);

type Outcome = "failure" | "error" | "passed";
const outcomeOf = (run: RunReport): Outcome => {
  if (run.verdict === "BROKEN") return "failure";
  if (run.verdict === "HELD") return "passed";
  return run.verdict === null && run.state === "finished" ? "passed" : "error";
};
/** A run without a verdict passes only under a name that states the run's mode or state. */
const nameOf = (run: RunReport): string =>
  run.verdict === null ? `${run.experiment} (${headlineOf(run).toLowerCase()}, no verdict)` : run.experiment;

interface Case {
  readonly name: string;
  readonly outcome: Outcome;
  readonly message: string;
  /** Text that a viewer shows below the message. */
  readonly text: string;
}
const PROVES: ReadonlySet<RunReport["verdict"]> = new Set(["HELD", "BROKEN"]);
/** An expectation of a run that proves neither HELD nor BROKEN is no more green than the run. */
const outcomeOfExpectation = (run: RunReport, { met }: ExpectationReport): Outcome => {
  if (run.verdict === null || run.verdict === "HELD") return outcomeOf(run);
  if (!PROVES.has(run.verdict) || met === null) return "error";
  return met ? "passed" : "failure";
};
const caseOfExpectation = (run: RunReport, expectation: ExpectationReport): Case => {
  const { name, reason, met } = expectation;
  const judged = met === null ? "not judged: " : "";
  return {
    name: `${nameOf(run)}: ${name}${met === null && run.verdict === "HELD" ? " (not judged)" : ""}`,
    outcome: outcomeOfExpectation(run, expectation),
    message: PROVES.has(run.verdict) ? `${judged}${reason}` : `${headlineOf(run)}: ${run.reason}`,
    text: xml(`${judged}${reason}`),
  };
};
const count = (cases: readonly Case[], wanted: Outcome): number =>
  cases.filter(({ outcome }) => outcome === wanted).length;
const totals = (cases: readonly Case[]) => ({
  tests: String(cases.length),
  failures: String(count(cases, "failure")),
  errors: String(count(cases, "error")),
});
const casesOf = (run: RunReport, report: string): readonly Case[] => [
  { name: nameOf(run), outcome: outcomeOf(run), message: run.reason, text: report },
  ...run.expectations.map((expectation) => caseOfExpectation(run, expectation)),
];
const caseLines = (run: RunReport, { name, outcome, message, text }: Case, index: number): readonly string[] => {
  // The time is the run's, and counted once.
  const values = {
    name: token(name),
    classname: token(run.file ?? "squall"),
    time: time(index === 0 ? run.durationMs : 0),
  };
  const type = xml(`${headlineOf(run)}.${run.because ?? run.state}`);
  return [
    `    <testcase${attributes(values)}>`,
    ...(outcome === "passed"
      ? []
      : [`      <${outcome}${attributes({ message: xml(message), type })}>${text}</${outcome}>`]),
    "    </testcase>",
  ];
};

const reportText = (run: RunReport): string =>
  xml(textReport(run, { width: TEXT_WIDTH, tableWidth: Number.POSITIVE_INFINITY, paint: PLAIN })).replaceAll(
    "&#10;",
    "\n",
  );
const suite = (run: RunReport, id: number, hostname: string): string => {
  const report = reportText(run);
  const cases = casesOf(run, report);
  const always = { run: run.id, verdict: headlineOf(run), because: run.because ?? "", seed: String(run.seed) };
  const leaking = run.radius?.leaks.map(({ edge }) => edge).join(", ") ?? "";
  const properties = leaking === "" ? always : { ...always, leaks: leaking };
  const suiteValues = {
    ...{ name: token(run.experiment), package: "squall", id: String(id), hostname: token(hostname) },
    ...{ timestamp: run.startedAt.slice(0, 19), ...totals(cases), time: time(run.durationMs) },
  };
  return [
    `  <testsuite${attributes(suiteValues)}>`,
    "    <properties>",
    ...Object.entries(properties).map(([name, value]) => `      <property${attributes({ name, value: xml(value) })}/>`),
    "    </properties>",
    ...cases.flatMap((one, index) => caseLines(run, one, index)),
    `    <system-out>${report}</system-out>`,
    "    <system-err></system-err>",
    "  </testsuite>",
  ].join("\n");
};

/** Hostname that Ant's schema requires where the machine is not known. */
const UNKNOWN_HOST = "localhost";
export const junitReport = (runs: readonly RunReport[], hostname = UNKNOWN_HOST): string => {
  const all = totals(runs.flatMap((run) => casesOf(run, "")));
  const took = time(runs.reduce((sum, { durationMs }) => sum + Math.max(0, durationMs), 0));
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attributes({ name: "squall", ...all, time: took })}>`,
    ...runs.map((run, index) => suite(run, index, hostname)),
    "</testsuites>",
    "",
  ].join("\n");
};
