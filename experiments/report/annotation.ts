/** Places in files that something is to be said of: GitHub's annotations and SARIF's results are written from these alone. */
import type { FileIssue } from "../../experiments/model/document/issue.ts";
import type { RunReport } from "../model/report.ts";
import { headlineOf } from "./words.ts";

export interface Annotation {
  /** As the command names it; null: the experiment came another way. */
  readonly file: string | null;
  /** Absent: which line is not known, and no reader is sent to a wrong one. */
  readonly line?: number;
  readonly column?: number;
  /** Verdict and reason's word, `BROKEN/expectation`: equal for what is the same kind of thing. */
  readonly rule: string;
  readonly title: string;
  readonly message: string;
}

/** Everything that is not HELD. A run that had no verdict to give is nothing to be told. */
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
