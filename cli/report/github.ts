/** Under GitHub Actions: a step summary, and annotations on the lines of the files. */
import { appendFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { RunReport } from "../../experiments/model/report/report.ts";
import type { Annotation } from "../../experiments/report/annotation.ts";
import { markdownReport } from "../../experiments/report/markdown.ts";
import { workflowCommand } from "../escape/workflow.ts";
import { shownPath } from "../files/collect.ts";

export const underGitHub = (environment: NodeJS.ProcessEnv): boolean => environment.GITHUB_ACTIONS === "true";

interface Place {
  readonly cwd: string;
  readonly environment: NodeJS.ProcessEnv;
}
/** Path of a file from the repository's root, given the name on the command line; elsewhere absolute. */
export const repositoryPathIn = ({ cwd, environment }: Place): ((file: string) => string) => {
  const root = environment.GITHUB_WORKSPACE || cwd;
  return (file) => shownPath(resolve(cwd, file), root);
};

export const annotationLine = (
  annotation: Omit<Annotation, "rule" | "file"> & { readonly file: string },
  place: Place,
): string => {
  const { file, line, column, title, message } = annotation;
  return workflowCommand(
    "error",
    {
      file: repositoryPathIn(place)(file),
      ...(line === undefined ? {} : { line }),
      ...(column === undefined ? {} : { col: column }),
      title,
    },
    message,
  );
};

export const appendSummary = async (runs: readonly RunReport[], environment: NodeJS.ProcessEnv): Promise<void> => {
  const path = environment.GITHUB_STEP_SUMMARY;
  if (path !== undefined && path !== "" && runs.length > 0) await appendFile(path, markdownReport(runs));
};
