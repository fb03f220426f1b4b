import type { HeadEdit } from "../faults/behaviour.ts";

/** Two changes to one head as one; where both change the same thing, the later one wins. */
export const merged = (earlier: HeadEdit | null, later: HeadEdit): HeadEdit =>
  earlier === null ? later : { ...earlier, ...later, headers: { ...earlier.headers, ...later.headers } };
