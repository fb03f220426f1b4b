/** Progress of a phase, and the remaining time. Pure. */
import type { Phase } from "../../experiments/model/experiment/phase.ts";
import { lengthOf } from "../ui/words.ts";
import type { Band } from "./scale.ts";

export interface PhaseClock {
  readonly phase: Phase;
  /** Time since the phase began, ms. */
  readonly intoMs: number;
  /** Planned or actual length of the phase, ms. */
  readonly ofMs: number;
}
/** null: no phase is under way, as while agents get ready or are audited. */
export const phaseClockOf = (bands: readonly Band[], atMs: number): PhaseClock | null => {
  const band = bands.find(({ ahead, fromMs, toMs }) => !ahead && fromMs <= atMs && atMs <= toMs);
  return band === undefined ? null : { phase: band.phase, intoMs: atMs - band.fromMs, ofMs: band.toMs - band.fromMs };
};
/** `during 3.2 s of 20.0 s`. */
export const spellClock = ({ phase, intoMs, ofMs }: PhaseClock): string =>
  `${phase} ${lengthOf(intoMs)} of ${lengthOf(Math.max(intoMs, ofMs))}`;
