/** Log lines on runs: each run that starts, is halted or ends has a line. */
import type { LogLevel } from "../../experiments/model/text/log-line.ts";
import type { Verdict } from "../../experiments/model/verdict/verdict.ts";
import type { Log } from "../log.ts";
import type { LifecycleEvent } from "./lifecycle-events.ts";

/** Log levels of verdicts: a verdict that needs attention stands out; a fault that may still be live wakes people. */
const LEVELS: Readonly<Record<Verdict, LogLevel>> = {
  HELD: "info",
  BROKEN: "warn",
  INVALID: "warn",
  INCONCLUSIVE: "warn",
  HALTED: "warn",
  RESIDUE: "error",
};
/** Most names in a field: a run may fault hundreds of edges, and a log line must stay readable. */
const MOST_NAMES = 10;
const joined = (names: readonly string[]): string =>
  names.length <= MOST_NAMES
    ? names.join(",")
    : `${names.slice(0, MOST_NAMES).join(",")} and ${names.length - MOST_NAMES} more`;

const TELL: Readonly<
  Record<LifecycleEvent["what"], (log: Log, news: LifecycleEvent, run: Readonly<Record<string, unknown>>) => void>
> = {
  queued: (log, { by }, run) => log.debug("a run waits for its turn", { ...run, by }),
  started: (log, { by, schedule }, run) =>
    log.info("a run starts", { ...run, by, ...(schedule === null ? {} : { schedule }) }),
  halted: (log, { because, reason }, run) => log.warn("a run is being halted", { ...run, because, reason }),
  finished: (log, { verdict, because, reason, suspects }, run) =>
    log[verdict === null ? "info" : LEVELS[verdict]]("a run ended", {
      ...{ ...run, verdict, because, reason },
      ...(suspects.length === 0 ? {} : { agent: joined(suspects) }),
    }),
};

/** Listener that logs the lifecycle events of runs. */
export const logRuns =
  (log: Log) =>
  (news: LifecycleEvent): void => {
    const { what, id: run, experiment, edges } = news;
    TELL[what](log, news, { run, experiment, ...(edges.length === 0 ? {} : { edge: joined(edges) }) });
  };
