/**
 * The heap of an agent without traffic. V8 sizes its heap by what a program allocates: files that are parsed once, and
 * pulses, left 30 MB that an idle agent never gave back.
 */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

let isRestrained = false;

/**
 * Keeps the young generation from growing with garbage, at the price of more collections: under load up to twice the
 * time in collections.
 */
export const restrainHeap = (): void => {
  if (isRestrained) return;
  isRestrained = true;
  setFlagsFromString("--semi-space-growth-factor=1");
};
/** Lets the young generation grow with traffic. */
export const releaseHeap = (): void => {
  if (!isRestrained) return;
  isRestrained = false;
  setFlagsFromString("--semi-space-growth-factor=2");
};

/** Keeps the whole heap small until `endHeapStart`, at the price of more collections. */
export const beginHeapStart = (): void => {
  restrainHeap();
  setFlagsFromString("--optimize-for-size");
};
/** Collects the garbage of the start. The agent stands still for as long, so it is called before there is traffic. */
export const endHeapStart = (): void => {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
  setFlagsFromString("--no-expose-gc");
  setFlagsFromString("--no-optimize-for-size");
};
