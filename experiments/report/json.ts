/** The document of `--json` and `report.json`, schemaVersion 1: keys are added, never changed or taken away. */
import type { RunReport } from "../model/report/report.ts";
import { json } from "./escape/json.ts";

export const SCHEMA_VERSION = 1;
export interface JsonOptions {
  readonly version: string;
  readonly exitCode: number;
  /** Problems of the files, where there are any. */
  readonly problems?: readonly object[];
  /** Includes a tally for each second of each expectation. */
  readonly timelines?: boolean;
}
const runOf = (run: RunReport, timelines: boolean) => {
  const { id, file, experiment, verdict, because, reason, seed, startedAt, durationMs, receipts, ...rest } = run;
  const expectations = run.expectations.map(({ timeline, ...expectation }) =>
    timelines ? { ...expectation, timeline } : expectation,
  );
  return {
    ...{ id, file, experiment, verdict, because, reason, seed, startedAt, durationMs, receipts },
    ...rest,
    expectations,
  };
};
export const jsonReport = (runs: readonly RunReport[], options: JsonOptions): string =>
  json(
    {
      schemaVersion: SCHEMA_VERSION,
      tool: { name: "squall", version: options.version },
      exitCode: options.exitCode,
      ...(options.problems === undefined ? {} : { problems: options.problems }),
      runs: runs.map((run) => runOf(run, options.timelines === true)),
    },
    2,
  );
