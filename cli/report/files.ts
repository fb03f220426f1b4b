/** Reports as files: --report, --junit, --markdown, --html, --sarif. */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import type { FileIssue } from "../../experiments/model/document/issue.ts";
import type { JournalRecord } from "../../experiments/model/journal/journal.ts";
import { fileNameOfDocument } from "../../experiments/model/notation/document-name.ts";
import type { RunReport } from "../../experiments/model/report/report.ts";
import { annotationsOfProblems } from "../../experiments/report/annotation.ts";
import { json } from "../../experiments/report/escape/json.ts";
import { plainName } from "../../experiments/report/file-name.ts";
import { sarifReport } from "../../experiments/report/sarif.ts";
import { PLAIN } from "../../experiments/report/terminal/paint.ts";
import { textReport } from "../../experiments/report/text.ts";
import { REPORT_WRITERS, type WriteOptions } from "../../experiments/report/writers.ts";
import { appendSummary } from "./github.ts";
import { filesOf, type ReportFile, type ReportTargets } from "./targets.ts";

export interface Finished {
  readonly report: RunReport;
  /** Journal of the run; empty for a run that never started. */
  readonly journal: readonly JournalRecord[];
}
const TEXT_WIDTH = 120;

export const folderNameOf = ({ experiment, id }: RunReport): string =>
  plainName(id) || `${plainName(fileNameOfDocument(experiment)) || "experiment"}-not-run`;

const put = async (path: string, text: string): Promise<void> => {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
};

/** `DIR/<run>/`: journal.ndjson, report.json, report.md, report.html, report.txt. */
const writeReportFolder = async (folder: string, { report, journal }: Finished, version: string): Promise<void> => {
  const below = join(folder, folderNameOf(report));
  const options = { version, pathOf: (file: string) => file };
  await put(join(below, "report.json"), REPORT_WRITERS.json([report], options));
  await put(join(below, "report.md"), REPORT_WRITERS.markdown([report], options));
  await put(join(below, "report.html"), REPORT_WRITERS.html([report], options));
  await put(
    join(below, "report.txt"),
    `${textReport(report, { width: TEXT_WIDTH, tableWidth: Number.POSITIVE_INFINITY, paint: PLAIN })}\n`,
  );
  if (journal.length > 0)
    await put(join(below, "journal.ndjson"), journal.map((record) => `${json(record)}\n`).join(""));
};

/** A message for each report that could not be written. The runs are over by then, and the verdicts stay. */
export type Failures = readonly string[];
const orFailure = async (what: string, writing: Promise<void>): Promise<Failures> => {
  try {
    await writing;
    return [];
  } catch (error) {
    return [`${what} could not be written (${(error as Error).message}); the verdict stands`];
  }
};

export interface ReportFileOptions extends WriteOptions {
  /** Directory that report paths are relative to. */
  readonly cwd: string;
  /** Problems of files that could not be run; in SARIF the problems stand for those files' runs. */
  readonly problems?: readonly FileIssue[];
}
const textOf = (flag: ReportFile, runs: readonly RunReport[], options: ReportFileOptions): string =>
  flag === "sarif" && options.problems !== undefined
    ? `${sarifReport(annotationsOfProblems(options.problems), options)}\n`
    : REPORT_WRITERS[flag](runs, options);

export const writeReportFiles = async (
  runs: readonly RunReport[],
  targets: ReportTargets,
  options: ReportFileOptions,
): Promise<Failures> => {
  const failures: string[] = [];
  for (const [flag, path] of filesOf(targets))
    failures.push(
      ...(await orFailure(`--${flag} ${path}`, put(resolve(options.cwd, path), textOf(flag, runs, options)))),
    );
  return failures;
};
export const tryReportFolder = (folder: string, finished: Finished, version: string): Promise<Failures> =>
  orFailure(`--report ${folder}`, writeReportFolder(folder, finished, version));
export const trySummary = (runs: readonly RunReport[], environment: NodeJS.ProcessEnv): Promise<Failures> =>
  orFailure("the job's summary (GITHUB_STEP_SUMMARY)", appendSummary(runs, environment));
