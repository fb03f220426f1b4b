/**
 * Horizontal position of a run's moment: the same scale for the phase bar and all charts, to be read downwards. Pure.
 */
import { PHASES, type Phase } from "../../experiments/model/experiment/phase.ts";
import type { Plan } from "../../experiments/model/plan/plan.ts";
import type { RunReport } from "../../experiments/model/report/report.ts";

export interface Band {
  readonly phase: Phase;
  /** Run time, ms. */
  readonly fromMs: number;
  readonly toMs: number;
  /** True if the phase has not begun yet. */
  readonly ahead: boolean;
}
/** Least duration of a phase. */
const leastMs = ({ phases }: Plan, phase: Phase): number =>
  ({ baseline: phases.baselineMs, during: phases.duringMs, recovery: phases.recovery.holdMs })[phase];

/** Bands of past phases, the current phase, and the planned phases. */
export const bandsOf = (
  plan: Plan,
  { spans, state }: Pick<RunReport, "spans" | "state">,
  atMs: number,
): readonly Band[] => {
  const phases = plan.mode === "baseline" ? PHASES.slice(0, 1) : PHASES;
  // Once the faults are being taken away, a phase that was not begun is not to come any more.
  const ending = ["reverting", "recovering", "auditing", "finished"].includes(state);
  let endMs = plan.phases.warmupMs;
  return phases.flatMap((phase): Band[] => {
    const span = spans[phase];
    if (span === undefined && ending) return [];
    const fromMs = span?.fromMs ?? endMs;
    const planned = fromMs + leastMs(plan, phase);
    endMs = span?.toMs ?? (span === undefined ? planned : ending ? atMs : Math.max(planned, atMs));
    return [{ phase, fromMs, toMs: endMs, ahead: span === undefined }];
  });
};

export interface Scale {
  readonly width: number;
  readonly left: number;
  readonly right: number;
  readonly endMs: number;
}
/** Margins, px: room for words on the left, and for half a tick's on the right. */
export const LEFT = 44;
export const RIGHT = 20;
export const scaleOf = (width: number, endMs: number): Scale => ({
  ...{ width, left: LEFT, right: Math.max(LEFT + 1, width - RIGHT) },
  endMs: Math.max(1_000, endMs),
});
export const xOf = ({ left, right, endMs }: Scale, ms: number): number =>
  left + ((right - left) * Math.min(Math.max(0, ms), endMs)) / endMs;

const STEPS_S = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1_200, 1_800, 3_600];
const LEAST_PX = 56;
/** Moments to be written below the scale, ms. */
export const ticksOf = (scale: Scale): readonly number[] => {
  const perSecond = ((scale.right - scale.left) * 1_000) / scale.endMs;
  const stepMs = 1_000 * (STEPS_S.find((step) => step * perSecond >= LEAST_PX) ?? STEPS_S.at(-1)!);
  return Array.from({ length: Math.floor(scale.endMs / stepMs) + 1 }, (_, i) => i * stepMs);
};
