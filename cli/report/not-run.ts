import { asRunId } from "../../experiments/model/names.ts";
import type { RunReport } from "../../experiments/model/report/report.ts";
import type { ReasonCode, Verdict } from "../../experiments/model/verdict/verdict.ts";

/** Facts known of a file before there is a run. */
export interface Intended {
  readonly experiment: string;
  readonly description: string;
  readonly file: string | null;
  readonly mode: RunReport["mode"];
  readonly seed: number | null;
}
/** The report of a run that never started: so that a file that could not be run is in every report, and never green. */
export const notRun = (
  intended: Intended,
  verdict: Exclude<Verdict, "HELD">,
  because: ReasonCode,
  reason: string,
  startedAt: string,
): RunReport => ({
  ...intended,
  id: asRunId(""),
  seed: intended.seed ?? 0,
  state: "finished",
  phase: null,
  verdict,
  because,
  reason,
  injected: false,
  startedAt,
  durationMs: 0,
  spans: {},
  faults: [],
  receipts: [],
  expectations: [],
  recoveredMs: null,
  audit: [],
  residue: [],
});
