/** Faults that are ordered at this moment, with edges and remaining time. */
import { describeFault, labelFault } from "../../experiments/model/faults/index.ts";
import { shareAt } from "../../experiments/model/faults/share.ts";
import type { Clock } from "../clock.ts";
import type { LiveFault } from "../contract/index.ts";
import { filterRunning, type ObservedRun } from "./observed-run.ts";

const faultsOf = ({ id, plan, run, startedMs }: ObservedRun, clock: Clock): LiveFault[] => {
  if (run.at !== "injecting") return [];
  const { live, duringMs, orderedMs } = run;
  const nowMs = clock.nowMs() - (startedMs ?? clock.nowMs());
  const shadow = plan.mode === "shadow" ? " (shadow: only counted)" : "";
  return plan.faults
    .filter(({ name }) => live.includes(name))
    .flatMap(({ name, action, share, targets, fromMs, toMs }) => {
      // Before every agent holds the fault, `during` has not begun, and the end of `during` is unknown.
      const beganMs = duringMs === null ? orderedMs : duringMs + fromMs;
      const leftMs = duringMs === null ? null : duringMs + toMs - nowMs;
      const told = {
        ...{ run: id, fault: name, kind: action.kind, description: `${describeFault(action)}${shadow}` },
        label: labelFault(action),
        share: shareAt(share, nowMs - beganMs),
        endsAt: leftMs === null ? null : new Date(clock.wallMs() + leftMs).toISOString(),
      };
      return targets.map(({ edge }) => ({ ...told, edge }));
    });
};

export const listLiveFaults = (runs: readonly ObservedRun[], clock: Clock): LiveFault[] =>
  filterRunning(runs).flatMap((run) => faultsOf(run, clock));
