/** Start request, whoever sends it: a person over the API, a schedule, an embedded run. */
import type { Labels } from "../../../experiments/model/experiment.ts";
import type { FileLines } from "../../../experiments/model/file-lines.ts";
import type { Selection } from "../../../experiments/model/mesh/targets.ts";
import type { EdgeId, Instance } from "../../../experiments/model/names.ts";
import type { RunMode } from "../../../experiments/model/plan.ts";
import type { ReasonCode, Verdict } from "../../../experiments/model/verdict/verdict.ts";
import type { Principal } from "../../security/roles.ts";
/** Start request, whoever sends it: a person over the API, a schedule, an embedded run. */

export interface StartRequest {
  /** The experiment in file form. */
  readonly experiment: unknown;
  readonly file: string | null;
  /** Of `file`; absent: not known. */
  readonly lines?: FileLines;
  readonly seed: number | null;
  readonly mode: RunMode;
  readonly redact: readonly string[];
  readonly attached: boolean;
  /** Who asks; default: the server's own token. */
  readonly by?: Principal;
  /** Name of the schedule, and the instant (Unix ms) of it that this start is: one run for each, ever. */
  readonly schedule?: string;
  readonly instantMs?: number;
  /** Higher is taken up first; default 0. */
  readonly priority?: number;
  /** A second start of the same principal with the same key is the first one. */
  readonly idempotencyKey?: string;
  /** Narrows which instances of a service are struck, whatever the experiment says of it. */
  readonly select?: Selection;
  /** True: instances that appear in mid-run do not join. */
  readonly static?: boolean;
  /** True: HELD needs to know of each judged expectation that it met a fault. */
  readonly strict?: boolean;
  /** Of the stored experiment that this is. */
  readonly version?: number;
  /** Beside those of the experiment. */
  readonly labels?: Labels;
}
/** `again`: the run is that of an earlier start with the same key or instant. */
export interface StartedRun {
  readonly id: string;
  readonly again: boolean;
}

/** Something that happened to a run which others may want to know of. */
export interface LifecycleEvent {
  readonly what: "queued" | "started" | "halted" | "finished";
  readonly id: string;
  readonly experiment: string;
  readonly labels: Labels;
  readonly by: string;
  readonly schedule: string | null;
  readonly instantMs: number | null;
  /** That it strikes. */
  readonly edges: readonly EdgeId[];
  /** Agents that are not known to have dropped the faults of a run that ended RESIDUE. */
  readonly suspects: readonly Instance[];
  /** Of a run that is finished, else null. */
  readonly verdict: Verdict | null;
  readonly because: ReasonCode | null;
  readonly reason: string;
}
