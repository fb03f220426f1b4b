import type { RunEvent } from "../../experiments/model/run/event.ts";

/** An event before the runner has stamped it: what happened, not yet when. */
export type Happening = RunEvent extends infer E ? (E extends RunEvent ? Omit<E, "atMs"> : never) : never;
