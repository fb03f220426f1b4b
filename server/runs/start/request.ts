/** Start request, from any sender: a person over the API, a schedule, an embedded run. */

import type { FileLines } from "../../../experiments/model/document/file-lines.ts";
import type { Labels } from "../../../experiments/model/mesh/selector.ts";
import type { Selection } from "../../../experiments/model/mesh/targets.ts";
import type { RunId } from "../../../experiments/model/names.ts";
import type { RunMode } from "../../../experiments/model/plan/plan.ts";
import type { Principal } from "../../security/roles.ts";

export interface StartRequest {
  /** Experiment in file form. */
  readonly experiment: unknown;
  readonly file: string | null;
  /** Lines of `file`; absent: unknown. */
  readonly lines?: FileLines;
  readonly seed: number | null;
  readonly mode: RunMode;
  readonly redact: readonly string[];
  readonly attached: boolean;
  /** Principal that asks; default: the server's own token. */
  readonly by?: Principal;
  /**
   * Name of the schedule, and the instant (Unix ms) that this start belongs to: a single run for each instant, ever.
   */
  readonly schedule?: string;
  readonly instantMs?: number;
  /** Priority, higher first; default 0. */
  readonly priority?: number;
  /** Idempotency key: a second start of the same principal with the same key returns the first run. */
  readonly idempotencyKey?: string;
  /** Narrows the instances of a service that are faulted, regardless of the experiment's own selection. */
  readonly select?: Selection;
  /** True: instances that appear in mid-run do not join. */
  readonly static?: boolean;
  /** True: HELD requires that each judged expectation is known to have met a fault. */
  readonly strict?: boolean;
  /** Version of the stored experiment that is started. */
  readonly version?: number;
  /** Labels added to those of the experiment. */
  readonly labels?: Labels;
}
/** Result of a start. `again`: the run belongs to an earlier start with the same key or instant. */
export interface StartedRun {
  readonly id: RunId;
  readonly again: boolean;
}
