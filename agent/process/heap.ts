/**
 * The heap of an agent without traffic. V8 sizes its heap by what a program allocates: files that are parsed once, and
 * pulses, left 30 MB that an idle agent never gave back.
 */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

let isRestrained = false;

/**
 * Keeps the heap from growing with garbage, at the price of more collections: under load that price is up to twice the
 * time in collections.
 */
export const restrainHeap = (): void => {
  if (isRestrained) return;
  isRestrained = true;
  setFlagsFromString("--semi-space-growth-factor=1");
  setFlagsFromString("--optimize-for-size");
};
/** Lets the heap grow with traffic. */
export const releaseHeap = (): void => {
  if (!isRestrained) return;
  isRestrained = false;
  setFlagsFromString("--semi-space-growth-factor=2");
  setFlagsFromString("--no-optimize-for-size");
};
/** Collects all garbage at once: the agent stands still for as long, so only before it has traffic. */
export const collectGarbage = (): void => {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
  setFlagsFromString("--no-expose-gc");
};
