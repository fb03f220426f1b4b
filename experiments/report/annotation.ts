/**
 * Annotations of runs and file issues at places in files: GitHub's annotations and SARIF's results are written from
 * these alone.
 */
import type { FileIssue } from "../../experiments/model/document/issue.ts";
import type { RunReport } from "../model/report/report.ts";
import { headlineOf } from "./words.ts";

export interface Annotation {
  /** File path as the command names the file; null: the experiment came another way. */
  readonly file: string | null;
  /** Line number; absent: the line is unknown, and no reader is sent to a wrong line. */
  readonly line?: number;
  readonly column?: number;
  /** Verdict and reason's word, `BROKEN/expectation`: equal for findings of the same kind. */
  readonly rule: string;
  readonly title: string;
  readonly message: string;
}

/** Annotations of every run that is not HELD. A run that had no verdict to give gets no annotation. */
export const annotationsOf = (runs: readonly RunReport[]): readonly Annotation[] =>
  runs.flatMap((run) => {
    const { file, line, verdict, because, experiment, reason } = run;
    if (verdict === null || verdict === "HELD") return [];
    const rule = `${verdict}/${because ?? "none"}`;
    const title = `${headlineOf(run)}: ${experiment}`;
    return [{ file, ...(line === undefined ? {} : { line }), rule, title, message: reason }];
  });

export const annotationsOfProblems = (problems: readonly FileIssue[]): readonly Annotation[] =>
  problems.map(({ file, line, column, message }) => ({
    ...{ file, line, column, message },
    ...{ rule: "INVALID/file", title: "INVALID" },
  }));
