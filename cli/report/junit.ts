/**
 * JUnit XML in the form that Ant's schema allows (the strictest in use), so that every reader takes it. BROKEN is a failure;
 * whatever proves nothing (INVALID, INCONCLUSIVE, HALTED, RESIDUE) is an error and never skipped: viewers show skipped as green.
 */
import type { RunReport } from "../../experiments/model/report.ts";
import { xml } from "../escape/xml.ts";
import { PLAIN } from "../terminal/paint.ts";
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

const outcomeOf = (run: RunReport): "failure" | "error" | "passed" => {
  if (run.verdict === "BROKEN") return "failure";
  if (run.verdict === "HELD") return "passed";
  return run.verdict === null && run.state === "finished" ? "passed" : "error";
};
/** A run without a verdict passes only under a name that says what it was. */
const nameOf = (run: RunReport): string =>
  run.verdict === null ? `${run.experiment} (${headlineOf(run).toLowerCase()}, no verdict)` : run.experiment;

const suite = (run: RunReport, id: number, hostname: string): string => {
  const outcome = outcomeOf(run);
  const report = xml(textReport(run, { width: TEXT_WIDTH, paint: PLAIN })).replaceAll("&#10;", "\n");
  const type = `${headlineOf(run)}.${run.because ?? run.state}`;
  const always = { run: run.id, verdict: headlineOf(run), because: run.because ?? "", seed: String(run.seed) };
  const leaking = run.radius?.leaks.map(({ edge }) => edge).join(", ") ?? "";
  const properties = leaking === "" ? always : { ...always, leaks: leaking };
  const counts = { tests: "1", failures: outcome === "failure" ? "1" : "0", errors: outcome === "error" ? "1" : "0" };
  const suiteValues = {
    ...{ name: token(run.experiment), package: "squall", id: String(id), hostname: token(hostname) },
    ...{ timestamp: run.startedAt.slice(0, 19), ...counts, time: time(run.durationMs) },
  };
  const caseValues = { name: token(nameOf(run)), classname: token(run.file ?? "squall"), time: time(run.durationMs) };
  const verdict =
    outcome === "passed"
      ? []
      : [`      <${outcome}${attributes({ message: xml(run.reason), type: xml(type) })}>${report}</${outcome}>`];
  return [
    `  <testsuite${attributes(suiteValues)}>`,
    "    <properties>",
    ...Object.entries(properties).map(([name, value]) => `      <property${attributes({ name, value: xml(value) })}/>`),
    "    </properties>",
    `    <testcase${attributes(caseValues)}>`,
    ...verdict,
    "    </testcase>",
    `    <system-out>${report}</system-out>`,
    "    <system-err></system-err>",
    "  </testsuite>",
  ].join("\n");
};

export const junitReport = (runs: readonly RunReport[], hostname: string): string =>
  [
    '<?xml version="1.0" encoding="UTF-8"?>',
    "<testsuites>",
    ...runs.map((run, index) => suite(run, index, hostname)),
    "</testsuites>",
    "",
  ].join("\n");
