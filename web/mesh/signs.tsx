/** What each sign of the mesh looks like, and what its word is: colour never says it alone. */
import type { May, ServiceState, Stop } from "./standing.ts";

/** Strokes in a square of 16. */
const SIGNS = {
  well: "M3 8.5l3.5 3.5L13 4.5",
  failing: "M4 4l8 8M12 4l-8 8",
  slower: "M4 2.5h8M4 13.5h8M5 2.5c0 3 6 7 6 11M11 2.5c0 3-6 7-6 11",
  contains: "M8 1.8l5.2 2v4c0 3.2-2.2 5.4-5.2 6.6-3-1.2-5.2-3.4-5.2-6.6v-4z",
  watched:
    "M1.5 8s2.5-4.5 6.5-4.5S14.5 8 14.5 8 12 12.5 8 12.5 1.5 8 1.5 8M8 6.2a1.8 1.8 0 1 0 0 3.6a1.8 1.8 0 1 0 0-3.6",
  unwatched: "M1.5 8s2.5-4.5 6.5-4.5S14.5 8 14.5 8 12 12.5 8 12.5 1.5 8 1.5 8M3 13.5l10-11",
  fault: "M9 1.5L3.5 9H8l-1 5.5L12.5 7H8z",
  leak: "M8 2l6.5 12h-13zM8 6.6v3.6M8 12v.4",
} as const;
export type SignName = keyof typeof SIGNS;

export const Sign = ({ of }: { readonly of: SignName }) => (
  <svg className={`sign ${of}`} viewBox="0 0 16 16" aria-hidden="true">
    <path d={SIGNS[of]} />
  </svg>
);

export const STATE_WORDS: Readonly<Record<ServiceState, string>> = {
  failing: "failing",
  slower: "slower",
  contains: "contains the damage",
  well: "well",
  watched: "watched",
  unwatched: "not watched",
};
export const MAY_WORDS: Readonly<Record<May, string>> = { fail: "may fail", slow: "may slow" };
export const STOP_WORDS: Readonly<Record<Stop["why"], string>> = {
  timeout: "timeout",
  fallback: "fallback",
  "nothing-sent": "nothing sent",
  absorbed: "absorbed",
};
