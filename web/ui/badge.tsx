/** Verdict as sign, word and colour: each alone is enough. */
import type { Headline } from "./words.ts";

/** Strokes in a square of 16. */
const SIGNS: Readonly<Record<Headline, string>> = {
  HELD: "M3 8.5l3.5 3.5L13 4.5",
  BROKEN: "M4 4l8 8M12 4l-8 8",
  INVALID: "M8 2a6 6 0 1 0 0 12A6 6 0 1 0 8 2M4 4l8 8",
  INCONCLUSIVE: "M5.2 5.6a2.8 2.8 0 1 1 4.6 2.1C8.6 8.5 8 9 8 10.4M8 13v.4",
  HALTED: "M4 4h8v8H4z",
  RESIDUE: "M8 2l6.5 12h-13zM8 6.6v3.6M8 12v.4",
  RUNNING: "M5 3l8 5-8 5z",
  QUEUED: "M8 2a6 6 0 1 0 0 12A6 6 0 1 0 8 2M8 5v3.2l2 1.6",
  BASELINE: "M2 8h12",
  SHADOW: "M2 8h12",
  "NO VERDICT": "M3 8h10",
};
const TONES: Readonly<Record<Headline, string>> = {
  HELD: "good",
  BROKEN: "bad",
  RESIDUE: "bad",
  INVALID: "warn",
  INCONCLUSIVE: "warn",
  HALTED: "warn",
  RUNNING: "busy",
  QUEUED: "dim",
  BASELINE: "dim",
  SHADOW: "dim",
  "NO VERDICT": "dim",
};

export const toneOf = (headline: Headline): string => TONES[headline];

/** Sign alone: only where the word stands beside the sign, or is given otherwise. */
export const Sign = ({ headline }: { readonly headline: Headline }) => (
  <svg viewBox="0 0 16 16" aria-hidden="true">
    <path d={SIGNS[headline]} />
  </svg>
);

export const Badge = ({ headline, large = false }: { readonly headline: Headline; readonly large?: boolean }) => (
  <span className={`badge ${TONES[headline]}${large ? " large" : ""}`}>
    <Sign headline={headline} />
    {headline}
  </span>
);
