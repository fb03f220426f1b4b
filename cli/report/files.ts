/** Reports as files: --report, --junit, --markdown, --html, --sarif. */
import { mkdir, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { dirname, join, resolve } from "node:path";
import type { FileIssue } from "../../experiments/model/document/issue.ts";
import type { JournalRecord } from "../../experiments/model/journal.ts";
import type { RunReport } from "../../experiments/model/report.ts";
import { EXIT } from "../../experiments/model/verdict/verdict.ts";
import { json } from "../escape/json.ts";
import { PLAIN } from "../terminal/paint.ts";
import { annotationsOf, annotationsOfProblems } from "./annotation.ts";
import { appendSummary } from "./github.ts";
import { htmlReport } from "./html/page.ts";
import { jsonReport } from "./json.ts";
import { junitReport } from "./junit.ts";
import { markdownReport } from "./markdown.ts";
import { type SarifOptions, sarifReport } from "./sarif.ts";
import { filesOf, type ReportFile, type ReportTargets } from "./targets.ts";
import { textReport } from "./text.ts";

export interface Finished {
  readonly report: RunReport;
  /** Empty for what was never run. */
  readonly journal: readonly JournalRecord[];
}
const TEXT_WIDTH = 120;

/** A folder name and nothing else, whatever the names are. */
const plainName = (text: string): string =>
  text
    .replace(/[^A-Za-z0-9._-]+/g, "-")
    .replace(/^\.+/, "")
    .slice(0, 120);
export const folderNameOf = ({ experiment, id }: RunReport): string =>
  plainName(id) || `${plainName(experiment) || "experiment"}-not-run`;

const put = async (path: string, text: string): Promise<void> => {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
};

/** `DIR/<run>/`: journal.ndjson, report.json, report.md, report.html, report.txt. */
const writeReportFolder = async (folder: string, { report, journal }: Finished, version: string): Promise<void> => {
  const below = join(folder, folderNameOf(report));
  const exitCode = report.verdict === null ? 0 : EXIT[report.verdict];
  const document = jsonReport([report], { version, exitCode, timelines: true });
  await put(join(below, "report.json"), `${document}\n`);
  await put(join(below, "report.md"), markdownReport([report]));
  await put(join(below, "report.html"), htmlReport([report], version));
  await put(
    join(below, "report.txt"),
    `${textReport(report, { width: TEXT_WIDTH, tableWidth: Number.POSITIVE_INFINITY, paint: PLAIN })}\n`,
  );
  if (journal.length > 0)
    await put(join(below, "journal.ndjson"), journal.map((record) => `${json(record)}\n`).join(""));
};

/** Words on each report that could not be written. The runs are over by then: none of it changes their verdicts. */
export type Failures = readonly string[];
const orFailure = async (what: string, writing: Promise<void>): Promise<Failures> => {
  try {
    await writing;
    return [];
  } catch (error) {
    return [`${what} could not be written (${(error as Error).message}); the verdict stands`];
  }
};

export interface ReportFileOptions extends SarifOptions {
  /** Problems of files that could not be run; they stand in SARIF for their runs. */
  readonly problems?: readonly FileIssue[];
}
type WriteReport = (runs: readonly RunReport[], options: ReportFileOptions) => string;
export const WRITERS: Readonly<Record<ReportFile, WriteReport>> = {
  junit: (runs) => junitReport(runs, hostname()),
  markdown: (runs) => markdownReport(runs),
  html: (runs, { version }) => htmlReport(runs, version),
  sarif: (runs, options) => {
    const { problems } = options;
    return `${sarifReport(problems === undefined ? annotationsOf(runs) : annotationsOfProblems(problems), options)}\n`;
  },
};

export const writeReportFiles = async (
  runs: readonly RunReport[],
  targets: ReportTargets,
  options: ReportFileOptions,
): Promise<Failures> => {
  const failures: string[] = [];
  for (const [flag, path] of filesOf(targets))
    failures.push(
      ...(await orFailure(`--${flag} ${path}`, put(resolve(options.cwd, path), WRITERS[flag](runs, options)))),
    );
  return failures;
};
export const tryReportFolder = (folder: string, finished: Finished, version: string): Promise<Failures> =>
  orFailure(`--report ${folder}`, writeReportFolder(folder, finished, version));
export const trySummary = (runs: readonly RunReport[], environment: NodeJS.ProcessEnv): Promise<Failures> =>
  orFailure("the job's summary (GITHUB_STEP_SUMMARY)", appendSummary(runs, environment));
