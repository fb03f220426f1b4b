/** Sign of an event: the shape carries the same meaning as the colour. */
import type { TimelineEventKind } from "./timeline-events.ts";

/** Around 0, 0 in a square of 10. */
const SHAPES: Readonly<Record<TimelineEventKind, string>> = {
  fault: "M1 -5l-5 6h4l-1 4l5 -6h-4z",
  hit: "M-4 4l4 -8l4 8z",
  good: "M-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0",
  doubt: "M-3.5 -3.5h7v7h-7z",
  bad: "M0 -5l5 5l-5 5l-5 -5z",
  halt: "M-4 -5h3v10h-3zM1 -5h3v10h-3z",
};
/** Sign inside an SVG. */
export const SignOf = ({ kind }: { readonly kind: TimelineEventKind }) => (
  <path className={`event-sign ${kind}`} d={SHAPES[kind]} />
);
/** Sign inside a line of text. */
export const Sign = ({ kind }: { readonly kind: TimelineEventKind }) => (
  <svg className="event-sign" viewBox="-6 -6 12 12" width={12} height={12} aria-hidden="true">
    <SignOf kind={kind} />
  </svg>
);
