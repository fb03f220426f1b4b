/** Limits of an edge in a plain sentence: which waits the edge's agent ends, and after which time. */
import type { EdgeLimits } from "../mesh/edge-limits.ts";
import { list } from "../text/words.ts";
import { sayDuration } from "../units/duration.ts";
import { formatSize } from "../units/size.ts";

/** Subject of each time limit, by the key of the limit. */
const SUBJECTS: Readonly<Record<Exclude<keyof EdgeLimits, "headBytes">, string>> = {
  connectMs: "a dial",
  headMs: "a request head",
  idleMs: "a connection that rests",
  stallMs: "an exchange without a moving byte",
  tunnelMs: "a tunnel without a moving byte",
  halfClosedMs: "a half-closed connection without a moving byte",
  lingerMs: "the wait for a caller's last read",
};

/** Sentence on the limits that differ from the defaults; "": none does. */
export const sayLimits = (limits: Partial<EdgeLimits> = {}): string => {
  const { headBytes, ...times } = limits;
  const said = Object.entries(times).map(
    ([key, ms]) => `${SUBJECTS[key as keyof typeof times]} ${ms === 0 ? "never" : `after ${sayDuration(ms)}`}`,
  );
  const ends = said.length === 0 ? "" : ` The agent ends ${list(said)}.`;
  return `${ends}${headBytes === undefined ? "" : ` A head is ${formatSize(headBytes)} at most.`}`;
};
