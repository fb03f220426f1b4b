import type { RunEvent } from "../../../experiments/model/run/event.ts";

/** Run event before the runner stamps the time. */
export type UnstampedEvent = RunEvent extends infer E ? (E extends RunEvent ? Omit<E, "atMs"> : never) : never;
