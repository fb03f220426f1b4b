/** Under GitHub Actions: a step summary, and annotations on the lines of the files. */
import { appendFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { RunReport } from "../../experiments/model/report.ts";
import { workflowCommand } from "../escape/workflow.ts";
import { shownPath } from "../files/collect.ts";
import type { Annotation } from "./annotation.ts";
import { markdownReport } from "./markdown.ts";

export const underGitHub = (environment: NodeJS.ProcessEnv): boolean => environment.GITHUB_ACTIONS === "true";

/** Where the repository begins; paths of annotations start there. */
export const repositoryOf = (cwd: string, environment: NodeJS.ProcessEnv): string =>
  environment.GITHUB_WORKSPACE || cwd;

export const annotationLine = (
  annotation: Omit<Annotation, "rule" | "file"> & { readonly file: string },
  cwd: string,
  environment: NodeJS.ProcessEnv,
): string => {
  const { file, line, column, title, message } = annotation;
  const path = shownPath(resolve(cwd, file), repositoryOf(cwd, environment));
  return workflowCommand(
    "error",
    { file: path, line, ...(column === undefined ? {} : { col: column }), title },
    message,
  );
};

export const appendSummary = async (runs: readonly RunReport[], environment: NodeJS.ProcessEnv): Promise<void> => {
  const path = environment.GITHUB_STEP_SUMMARY;
  if (path !== undefined && path !== "" && runs.length > 0) await appendFile(path, markdownReport(runs));
};
