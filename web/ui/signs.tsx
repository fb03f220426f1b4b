/** Signs of states, faults and leaks: colour is never the only mark. */

const EYE =
  "M1.5 8s2.5-4.5 6.5-4.5S14.5 8 14.5 8 12 12.5 8 12.5 1.5 8 1.5 8M8 6.2a1.8 1.8 0 1 0 0 3.6a1.8 1.8 0 1 0 0-3.6";
const BOLT = "M9 1.5L3.5 9H8l-1 5.5L12.5 7H8z";

import type { ServiceState } from "../../experiments/model/blast-radius/service-state.ts";
export type SignName = ServiceState | "quiet" | "fault" | "leak";
/** Strokes in a square of 16. */
const SIGNS: Readonly<Record<SignName, string>> = {
  healthy: "M3 8.5l3.5 3.5L13 4.5",
  slow: "M4 2.5h8M4 13.5h8M5 2.5c0 3 6 7 6 11M11 2.5c0 3-6 7-6 11",
  failing: "M4 4l8 8M12 4l-8 8",
  unreachable: "M8 2a6 6 0 1 0 0 12A6 6 0 1 0 8 2M4 4l8 8",
  struck: BOLT,
  contained: "M8 1.8l5.2 2v4c0 3.2-2.2 5.4-5.2 6.6-3-1.2-5.2-3.4-5.2-6.6v-4z",
  quiet: "M2.5 8h3M10.5 8h3",
  idle: "M3 8h10",
  unwatched: `${EYE}M3 13.5l10-11`,
  fault: BOLT,
  leak: "M8 2l6.5 12h-13zM8 6.6v3.6M8 12v.4",
};

export const Sign = ({ of }: { readonly of: SignName }) => (
  <svg className={`sign ${of}`} viewBox="0 0 16 16" aria-hidden="true">
    <path d={SIGNS[of]} />
  </svg>
);
