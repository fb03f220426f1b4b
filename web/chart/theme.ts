/** Colours of the style sheet for what is drawn on a canvas, which knows no variables: read when it draws, and drawn again when they change. */

/** Variables of base.css, without their dashes. */
export type Colour =
  | "paper"
  | "card"
  | "ink"
  | "dim"
  | "edge"
  | "link"
  | "line"
  | "good"
  | "good-soft"
  | "bad"
  | "bad-soft"
  | "warn"
  | "warn-soft"
  | "busy"
  | "calm"
  | "calm-soft"
  | "storm"
  | "storm-soft";

const known = new Map<Colour, string>();
/** `light-dark()` is resolved only where it is used: one element that nobody sees uses it. */
let probe: HTMLElement | null = null;

/** As the theme of this moment has it, in a form that a canvas understands. */
export const colour = (name: Colour): string => {
  const before = known.get(name);
  if (before !== undefined) return before;
  if (probe === null) {
    probe = document.createElement("span");
    probe.hidden = true;
    document.body.append(probe);
  }
  probe.style.color = `var(--${name})`;
  const read = getComputedStyle(probe).color;
  known.set(name, read);
  return read;
};

const listeners = new Set<() => void>();
const change = () => {
  known.clear();
  for (const listener of listeners) listener();
};
let watching = false;
/** The system's theme, and the one that somebody chose on the root element. */
const watch = () => {
  if (watching) return;
  watching = true;
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", change);
  new MutationObserver(change).observe(document.documentElement, { attributeFilter: ["data-theme"] });
};
/** Calls whenever the colours are others; answers how to end it. */
export const onThemeChange = (listener: () => void): (() => void) => {
  watch();
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
};
