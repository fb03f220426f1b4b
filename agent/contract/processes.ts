/**
 * Messages between the agent of an embedded mesh and the keeper, which owns the processes of the services. The agent
 * holds the lease, and orders; the keeper acts on its own children, and tells each effect that was seen. All times
 * are CLOCK_MONOTONIC of the machine, ms, which both processes read alike. JSON, a document per line.
 */
import type { FaultAction } from "../../experiments/model/faults/index.ts";
import type { ProcessFaultKind } from "../../experiments/model/faults/scope.ts";
import type { FaultName, RunId, ServiceName } from "../../experiments/model/names.ts";

/** Id of a strike: the fault of a run, on a service. */
export type StrikeId = string;
export type ToKeeper =
  | {
      readonly type: "strike";
      readonly id: StrikeId;
      readonly run: RunId;
      readonly fault: FaultName;
      readonly service: ServiceName;
      readonly action: FaultAction<ProcessFaultKind>;
      /** The keeper does not begin after this time, and lets a stopped process go on by then. */
      readonly untilMs: number;
    }
  /** The lease was renewed: a stopped process may stay so until `untilMs`. */
  | { readonly type: "extend"; readonly id: StrikeId; readonly untilMs: number }
  /** The fault has left: a stopped process goes on, a killed service is started. Answered by `ended`; may be repeated. */
  | { readonly type: "end"; readonly id: StrikeId };

/** Process to which a pid belongs: the start time tells a later process with the same pid. */
export interface StruckProcess {
  readonly pid: number;
  /** `ProcessStat.start`. */
  readonly start: string;
}
export type FromKeeper =
  /** The exit of the process, or its stop, has been seen. `process`: of a stop. */
  | { readonly type: "struck"; readonly id: StrikeId; readonly process: StruckProcess | null }
  /** The service is ready again, or goes on. */
  | { readonly type: "back"; readonly id: StrikeId }
  /** The keeper could not strike, or not see the effect. */
  | { readonly type: "failed"; readonly id: StrikeId; readonly why: string }
  /** Nothing of the strike is left in the process table; a service may still be on its way to be ready. */
  | { readonly type: "ended"; readonly id: StrikeId };

/** CLOCK_MONOTONIC, ms, of `process.hrtime.bigint()`: the same in every process of the machine. */
export const machineMsOf = (nanoseconds: bigint): number => Number(nanoseconds) / 1e6;
