/** Under GitHub Actions: a step summary, and annotations on the lines of the files. */
import { appendFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { RunReport } from "../../experiments/model/report.ts";
import { workflowCommand } from "../escape/workflow.ts";
import { shownPath } from "../files/collect.ts";
import { markdownReport } from "./markdown.ts";
import { headlineOf } from "./words.ts";

/** Something to point at: a file as the command names it, and a line in it. */
export interface Annotation {
  readonly file: string;
  readonly line: number;
  readonly column?: number;
  readonly title: string;
  readonly message: string;
}
export const underGitHub = (environment: NodeJS.ProcessEnv): boolean => environment.GITHUB_ACTIONS === "true";

/** Paths of annotations start at the repository. */
export const annotationLine = (annotation: Annotation, cwd: string, environment: NodeJS.ProcessEnv): string => {
  const { file, line, column, title, message } = annotation;
  const path = shownPath(resolve(cwd, file), environment.GITHUB_WORKSPACE || cwd);
  return workflowCommand(
    "error",
    { file: path, line, ...(column === undefined ? {} : { col: column }), title },
    message,
  );
};

/** Everything that is not HELD, at the line given by `lineOf`. A run that had no verdict to give is no error. */
export const annotationsOf = (runs: readonly RunReport[], lineOf: (run: RunReport) => number): readonly Annotation[] =>
  runs.flatMap((run) =>
    run.file === null || run.verdict === null || run.verdict === "HELD"
      ? []
      : [{ file: run.file, line: lineOf(run), title: `${headlineOf(run)}: ${run.experiment}`, message: run.reason }],
  );

export const appendSummary = async (runs: readonly RunReport[], environment: NodeJS.ProcessEnv): Promise<void> => {
  const path = environment.GITHUB_STEP_SUMMARY;
  if (path !== undefined && path !== "" && runs.length > 0) await appendFile(path, markdownReport(runs));
};
