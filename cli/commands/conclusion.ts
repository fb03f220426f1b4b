/** Conclusion of a command: printed when all runs are over, or when no run could be started. */

import { hostname } from "node:os";
import { fileLinesOf, lineOf } from "../../experiments/model/document/file-lines.ts";
import { type FileIssue, spellIssue } from "../../experiments/model/document/issue.ts";
import type { RunMode } from "../../experiments/model/plan/plan.ts";
import type { RunReport } from "../../experiments/model/report/report.ts";
import { spellCount } from "../../experiments/model/text/words.ts";
import { EXIT, exitCodeOf } from "../../experiments/model/verdict/exit-code.ts";
import { type Annotation, annotationsOf, annotationsOfProblems } from "../../experiments/report/annotation.ts";
import { jsonReport } from "../../experiments/report/json.ts";
import { textTable } from "../../experiments/report/text.ts";
import type { Context } from "../context.ts";
import type { LoadResult } from "../files/load.ts";
import { layoutOf, plainMessage } from "../output.ts";
import { tryReportFolder, trySummary, writeReportFiles } from "../report/files.ts";
import { annotationLine, repositoryPathIn, underGitHub } from "../report/github.ts";
import { notRun } from "../report/not-run.ts";
import type { ReportTargets } from "../report/targets.ts";
import type { Outcome } from "../session/suite.ts";
import { problemText } from "./options.ts";

export interface RunOutputOptions extends ReportTargets {
  readonly json?: boolean;
  readonly events?: boolean;
  readonly quiet?: boolean;
}
const toGitHub = async (
  context: Context,
  runs: readonly RunReport[],
  annotations: readonly Annotation[],
): Promise<void> => {
  const { environment, output } = context;
  if (!underGitHub(environment)) return;
  for (const failure of await trySummary(runs, environment)) output.err(plainMessage(failure));
  for (const { file, ...annotation } of annotations)
    if (file !== null) output.err(annotationLine({ ...annotation, file }, context));
};

/** Line in the file as read here, for a run that never started or a server that was not given the file's lines. */
const lineIn = ({ report, loaded }: Outcome): number | undefined =>
  loaded.file === null ? undefined : lineOf(fileLinesOf(loaded.document), report.expectations);

/** Report files are written when all runs are over. A failed write is reported, and changes no verdict. */
const toFiles = async (
  context: Context,
  targets: ReportTargets,
  runs: readonly RunReport[],
  problems?: readonly FileIssue[],
): Promise<void> => {
  const { cwd, version, output } = context;
  const pathOf = repositoryPathIn(context);
  const options = { cwd, version, pathOf, hostname: hostname(), ...(problems && { problems }) };
  const failures = await writeReportFiles(runs, targets, options);
  for (const failure of failures) output.err(plainMessage(failure));
};

export const concludeRuns = async (
  context: Context,
  options: RunOutputOptions,
  outcomes: readonly Outcome[],
): Promise<number> => {
  const { output, version } = context;
  const runs = outcomes.map((outcome) => {
    const line = outcome.report.line ?? lineIn(outcome);
    return line === undefined ? outcome.report : { ...outcome.report, line };
  });
  const exitCode = exitCodeOf(outcomes.flatMap(({ report, isLeftOut }) => (isLeftOut === true ? [] : [report])));
  if (options.json === true) output.out(jsonReport(runs, { version, exitCode }));
  await toFiles(context, options, runs);
  await toGitHub(context, runs, annotationsOf(runs));
  if (runs.length > 1 && options.quiet !== true) {
    const toStdout = options.json !== true && options.events !== true;
    const table = textTable(runs, layoutOf(output, toStdout ? "out" : "err"));
    if (toStdout) output.out(table);
    else output.err(table);
  }
  return exitCode;
};

const invalidRuns = ({ failed, loaded }: LoadResult, mode: RunMode, startedAt: string): RunReport[] => [
  ...failed.map(({ file, experiment, problems: [first, ...more] }) => {
    const rest = more.length === 0 ? "" : ` (and ${spellCount(more.length, "more problem")})`;
    // Further problems stand on lines below: tables and annotations show the first line only.
    const reason = [`${spellIssue(first!)}${rest}`, ...more.map(spellIssue)].join("\n");
    const intended = { file, experiment, mode, description: "", seed: null };
    return { ...notRun(intended, "INVALID", "file", reason, startedAt), line: first!.line };
  }),
  ...loaded.map(({ file, experiment: { name, description, seed } }) =>
    notRun(
      { file, experiment: name, mode, description, seed },
      "INVALID",
      "file",
      "not started: nothing is, while another file is wrong",
      startedAt,
    ),
  ),
];

/** A bad file stops the whole command: no run starts, and every problem of every file is reported. */
export const refuseFiles = async (
  context: Context,
  options: RunOutputOptions,
  reading: LoadResult,
  mode: RunMode,
): Promise<number> => {
  const { output, clock, version } = context;
  const runs = invalidRuns(reading, mode, new Date(clock.wallMs()).toISOString());
  const exitCode = EXIT.INVALID;
  output.err(problemText(reading.problems, output.paint.coloured));
  output.err(
    `${spellCount(reading.problems.length, "problem")} in ${spellCount(reading.failed.length, "experiment")}; nothing was started`,
  );
  if (options.json === true) output.out(jsonReport(runs, { version, exitCode, problems: reading.problems }));
  const { report: folder } = options;
  if (folder !== undefined)
    for (const report of runs)
      for (const failure of await tryReportFolder(folder, { report, journal: [] }, version))
        output.err(plainMessage(failure));
  await toFiles(context, options, runs, reading.problems);
  await toGitHub(context, runs, annotationsOfProblems(reading.problems));
  return exitCode;
};
