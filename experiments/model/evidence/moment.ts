/** Moment of an observation in words, from the phase that it falls in. */

import { PHASES, type Phase } from "../experiment/phase.ts";
import { sayOffset } from "../units/duration.ts";

/** Begin and end of each phase, run time. */
export type Spans = Readonly<Partial<Record<Phase, { readonly fromMs: number; readonly toMs: number | null }>>>;

/** `at +4.2 s of during`, `after baseline`, `before the baseline`. */
export const sayMoment = (atMs: number, spans: Spans): string => {
  const phase = PHASES.findLast((each) => (spans[each]?.fromMs ?? Number.POSITIVE_INFINITY) <= atMs);
  const span = phase === undefined ? undefined : spans[phase];
  if (phase === undefined || span === undefined) return "before the baseline";
  const isOver = span.toMs !== null && atMs > span.toMs;
  return isOver ? `after ${phase}` : `at ${sayOffset(atMs - span.fromMs)} of ${phase}`;
};
