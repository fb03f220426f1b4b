/**
 * Style-sheet colours for canvases, which know no CSS variables: the colours are read while drawing, and the canvas is
 * drawn again when a colour changes.
 */

/** Variables of base.css, without the leading dashes. */
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
/** Hidden element that resolves `light-dark()`: the function has a value only in an element's style. */
let probe: HTMLElement | null = null;

/** Colour in the current theme, in a form that a canvas understands. */
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
/** Watches the system's theme, and the theme that the user set on the root element. */
const watch = () => {
  if (watching) return;
  watching = true;
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", change);
  new MutationObserver(change).observe(document.documentElement, { attributeFilter: ["data-theme"] });
};
/** Calls the listener whenever the colours change; returns a function that unsubscribes. */
export const onThemeChange = (listener: () => void): (() => void) => {
  watch();
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
};
